import * as z from "zod";
import { botUpdatesKey } from "../../core/bucket-layout.ts";
import { VendorError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson, writeJson } from "../../core/store-json.ts";

/** More updates than come while a repetition of one of them is under way. */
const REMEMBERED = 300;
const TRIES = 8;

const Taken = z.object({ ids: z.array(z.number()) });

/**
 * Whether the update is ours to answer: true once for each. It is noted before it is answered, so that a crash leaves a question without an
 * answer, which is asked again, and not an answer that costs twice.
 */
export async function isFirst(store: Store, tenant: string, id: number): Promise<boolean> {
  const key = botUpdatesKey(tenant);
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await readJson(store, key, Taken);
    const ids = found?.value.ids ?? [];
    if (ids.includes(id)) return false;
    const condition = found ? { ifMatch: found.etag } : { ifAbsent: true };
    const { written } = await writeJson(store, key, { ids: [...ids, id].slice(-REMEMBERED) }, condition);
    if (written) return true;
  }
  throw new VendorError("bot.contended", "too many updates were taken at once");
}
