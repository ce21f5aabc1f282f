import * as z from "zod";
import { unclaimedUploadsPrefix } from "../../core/bucket-layout.ts";
import type { Store } from "../../core/ports/store.ts";
import { exists, readJson } from "../../core/store-json.ts";
import type { Unclaimed } from "../../functions/ingest/sent-in.ts";

const Note = z.object({ key: z.string(), code: z.string() }) satisfies z.ZodType<Unclaimed>;
const SHOWN = 20;

/** Files that were sent in for a call and that no call goes on with, as long as they lie there. */
export async function unclaimedLines(tenant: string, store: Store): Promise<string[]> {
  const lines: string[] = [];
  for await (const { key } of store.list(unclaimedUploadsPrefix(tenant))) {
    const note = (await readJson(store, key, Note))?.value;
    if (note && (await exists(store, note.key)) && lines.length < SHOWN)
      lines.push(`  ${note.key}: ${note.code}`);
  }
  return lines.length === 0 ? [] : ["Recordings that were sent in and belong to no call:", ...lines];
}
