import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { checklistKey, checklistsPrefix, latestChecklistKey } from "../../core/bucket-layout.ts";
import { Checklist, readChecklist } from "../../core/checklist.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson, readText, writeJson } from "../../core/store-json.ts";

/** The versions of checklists in the bucket. A version that is there is never written again: scorecards carry its hash. */

const Latest = z.object({ version: z.number().int().positive() });

export interface Versions {
  id: string;
  /** Ascending. */
  versions: number[];
  /** What `latest.json` points at, or the highest where there is no pointer. */
  inForce: number;
}

/**
 * Reads `first-sale` or `first-sale@2` as a person types it. It becomes a path of the bucket, so nothing else passes.
 *
 * @throws ConfigurationError when it is neither
 */
export function readChecklistName(name: string): { id: string; version: number | undefined } {
  const [, id = name, version] = /^(.+)@(\d{1,9})$/.exec(name) ?? [];
  if (Checklist.shape.id.safeParse(id).success)
    return { id, version: version === undefined ? undefined : Number(version) };
  throw new ConfigurationError("cli.malformed", "the name of a checklist is expected, like first-sale@2");
}

export async function listVersions(store: Store, tenant: string): Promise<Versions[]> {
  const byId = new Map<string, number[]>();
  for await (const { key } of store.list(checklistsPrefix(tenant))) {
    const [, id, version] = /^checklists\/[^/]+\/([^/]+)\/(\d+)\.json$/.exec(key) ?? [];
    if (id === undefined) continue;
    byId.set(
      id,
      [...(byId.get(id) ?? []), Number(version)].sort((a, b) => a - b),
    );
  }
  return Promise.all(
    [...byId].map(async ([id, versions]) => {
      const pointed = (await readJson(store, latestChecklistKey(tenant, id), Latest))?.value.version;
      return { id, versions, inForce: pointed ?? versions.at(-1) ?? 1 };
    }),
  );
}

/** Undefined when there is no such version. Throws when it is there and broken. */
export async function readVersionOf(
  store: Store,
  tenant: string,
  id: string,
  version: number,
): Promise<Checklist | undefined> {
  const text = await readText(store, checklistKey(tenant, id, version));
  if (text === undefined) return undefined;
  try {
    return readChecklist(JSON.parse(text));
  } catch {
    throw new ConfigurationError(
      "cli.malformed",
      `${id}@${version} in the bucket is not as a checklist must be: copy it out and run \`npx cqa checklist check\``,
    );
  }
}

export async function versionsOf(store: Store, tenant: string, id: string): Promise<Versions | undefined> {
  return (await listVersions(store, tenant)).find((known) => known.id === id);
}

/**
 * Writes the checklist as the next version. The same content as the newest version makes none. Of two people importing at once
 * each gets a version of their own.
 */
export async function addVersion(
  store: Store,
  tenant: string,
  checklist: Checklist,
): Promise<{ checklist: Checklist; isNew: boolean }> {
  const known = await versionsOf(store, tenant, checklist.id);
  const newest = known?.versions.at(-1) ?? 0;
  // A broken version is mended by a new one.
  const before = await readVersionOf(store, tenant, checklist.id, newest).catch(() => undefined);
  // A draft of what is published already says nothing new either.
  const isKnown =
    before !== undefined &&
    sameContent(before, checklist) &&
    (before.status === "published" || checklist.status === "draft");
  if (isKnown) return { checklist: before, isNew: false };
  await keepInForce(store, tenant, known);
  for (let version = newest + 1; ; version++) {
    const next = { ...checklist, version };
    const key = checklistKey(tenant, checklist.id, version);
    const put = await writeJson(store, key, next, { ifAbsent: true });
    if (put.written) return { checklist: next, isNew: true };
  }
}

/** Without a pointer the highest version is in force, and a draft would put the published one out of it. */
async function keepInForce(store: Store, tenant: string, known: Versions | undefined): Promise<void> {
  if (!known) return;
  const latest = { version: known.inForce };
  await writeJson(store, latestChecklistKey(tenant, known.id), latest, { ifAbsent: true });
}

/** From now on calls are judged by this version; it has to be published. */
export async function putInForce(store: Store, tenant: string, id: string, version: number): Promise<void> {
  await writeJson(store, latestChecklistKey(tenant, id), { version });
}

function sameContent(a: Checklist, b: Checklist): boolean {
  const content = ({ version: _version, status: _status, ...rest }: Checklist) =>
    JSON.parse(JSON.stringify(rest));
  return isDeepStrictEqual(content(a), content(b));
}
