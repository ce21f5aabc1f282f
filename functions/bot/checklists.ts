import type { Checklist } from "../../core/checklist.ts";
import { listVersions, readSoundVersionOf } from "../../core/checklist-versions.ts";
import type { Store } from "../../core/ports/store.ts";

/** The checklists in force, by name. One that cannot be read is left out: whoever asks cannot mend it. */
export async function checklistsInForce(store: Store, tenant: string): Promise<Checklist[]> {
  const known = (await listVersions(store, tenant)).filter(({ isRemoved }) => !isRemoved);
  const found = await Promise.all(
    known.map(async ({ id, versions, inForce }) => {
      // A pointer can be ahead of what is there.
      const version = versions.includes(inForce) ? inForce : Math.max(...versions);
      return readSoundVersionOf(store, tenant, id, version);
    }),
  );
  return found.flatMap((checklist) => checklist ?? []).sort((a, b) => a.name.localeCompare(b.name, "ru"));
}
