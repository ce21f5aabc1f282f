import * as z from "zod";
import { checklistsPrefix } from "../../core/bucket-layout.ts";
import type { Call } from "../../core/call.ts";
import { type Checklist, readChecklist } from "../../core/checklist.ts";
import { chooseChecklist } from "../../core/checklist-choice.ts";
import { PermanentError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson, readText } from "../../core/store-json.ts";
import type { Transcript } from "../../core/transcript.ts";

const Latest = z.object({ version: z.number().int().positive() });

export interface KnownChecklists {
  checklists: Checklist[];
  /** How many could not be read. */
  broken: number;
}

/**
 * Every checklist of the tenant in the version that is in force: the one that `latest.json` points at, or the highest where there
 * is no pointer.
 */
export async function loadChecklists(store: Store, tenant: string): Promise<KnownChecklists> {
  const byId = new Map<string, { versions: Map<number, string>; latestKey: string | null }>();
  for await (const { key } of store.list(checklistsPrefix(tenant))) {
    const [, id, file] = /^checklists\/[^/]+\/([^/]+)\/(latest|\d+)\.json$/.exec(key) ?? [];
    if (id === undefined || file === undefined) continue;
    const entry = byId.get(id) ?? { versions: new Map(), latestKey: null };
    if (file === "latest") entry.latestKey = key;
    else entry.versions.set(Number(file), key);
    byId.set(id, entry);
  }
  const known: KnownChecklists = { checklists: [], broken: 0 };
  for (const { versions, latestKey } of byId.values()) {
    const pointed =
      latestKey === null ? undefined : (await readJson(store, latestKey, Latest))?.value.version;
    const key = versions.get(pointed ?? Math.max(...versions.keys()));
    const text = key === undefined ? undefined : await readText(store, key);
    try {
      if (text === undefined) throw new RangeError("no such version");
      known.checklists.push(readChecklist(JSON.parse(text)));
    } catch {
      known.broken += 1;
    }
  }
  return known;
}

/**
 * @throws PermanentError `checklist.none` when no published checklist is for this call, `checklist.invalid` when the only ones that
 * could be cannot be read
 */
export function checklistFor(
  known: KnownChecklists,
  call: Call | undefined,
  transcript: Transcript,
  callType: string | null,
): Checklist {
  const chosen = chooseChecklist(known.checklists, {
    direction: call?.direction ?? null,
    agentId: call?.agent?.id ?? null,
    departments: call?.agent?.departments ?? [],
    line: call?.line ?? null,
    durationSec: transcript.durationSec,
    callType,
  });
  if (chosen) return chosen;
  throw known.broken > 0
    ? new PermanentError("checklist.invalid", "a checklist cannot be read, and no other one is for this call")
    : new PermanentError("checklist.none", "no published checklist is for this call");
}
