import type { Checklist } from "../../core/checklist.ts";
import {
  listVersions,
  readSoundVersionOf,
  readVersionOf,
  type Versions,
} from "../../core/checklist-versions.ts";
import { CallerError } from "./caller-error.ts";
import type { Session } from "./ports.ts";

export interface KnownChecklist {
  checklist: Checklist;
  versions: Versions;
}

/** Those in use, by id. One that cannot be read is left out: whoever asks here cannot mend it. */
export async function checklistsInUse({ ports, tenant }: Session): Promise<KnownChecklist[]> {
  const all = (await listVersions(ports.store, tenant)).filter(({ isRemoved }) => !isRemoved);
  const read = await Promise.all(
    all.map(async (versions) => ({
      versions,
      checklist: await readSoundVersionOf(ports.store, tenant, versions.id, versions.inForce),
    })),
  );
  return read.flatMap(({ versions, checklist }) => (checklist ? [{ versions, checklist }] : []));
}

export async function versionsInUse(id: string, { ports, tenant }: Session): Promise<Versions | undefined> {
  return (await listVersions(ports.store, tenant)).find((known) => known.id === id && !known.isRemoved);
}

/** @throws CallerError when there is no such checklist, or no such version of it */
export async function findChecklist(
  id: string,
  version: number | undefined,
  session: Session,
): Promise<KnownChecklist> {
  const versions = await versionsInUse(id, session);
  if (!versions) throw noChecklist(id);
  const { store } = session.ports;
  const checklist = await readVersionOf(store, session.tenant, id, version ?? versions.inForce);
  if (checklist) return { checklist, versions };
  throw new CallerError(`version: ${id} has the versions ${versions.versions.join(", ")}`);
}

export function noChecklist(id: string): CallerError {
  return new CallerError(`checklist_id: there is no checklist ${id}: see list_checklists`);
}
