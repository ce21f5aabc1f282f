import * as z from "zod";
import { checklistKey, checklistsPrefix, latestChecklistKey } from "./bucket-layout.ts";
import { Checklist, readChecklist } from "./checklist.ts";
import { ConfigurationError } from "./errors.ts";
import type { Store } from "./ports/store.ts";
import { readJson, readText, writeJson } from "./store-json.ts";

/** The versions of checklists in the bucket. A version that is there is never written again: scorecards carry its hash. */

const Latest = z.object({ version: z.number().int().positive(), removed: z.boolean().default(false) });

export interface Versions {
  id: string;
  /** Ascending. */
  versions: number[];
  /** What `latest.json` points at, or the highest where there is no pointer. */
  inForce: number;
  /** Nobody is judged by it any more, and no list shows it; its versions stay for the scorecards that were made by them. */
  isRemoved: boolean;
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
      const pointed = (await readJson(store, latestChecklistKey(tenant, id), Latest))?.value;
      return {
        id,
        versions,
        inForce: pointed?.version ?? versions.at(-1) ?? 1,
        isRemoved: pointed?.removed ?? false,
      };
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
  const found = await readAnyVersion(store, tenant, id, version);
  if (found !== "broken") return found;
  throw new ConfigurationError(
    "cli.malformed",
    `${id}@${version} in the bucket is not as a checklist must be: copy it out and run \`npx cqa checklist check\``,
  );
}

/** The same for whoever can do without: a version that is broken counts as none. */
export async function readSoundVersionOf(
  store: Store,
  tenant: string,
  id: string,
  version: number,
): Promise<Checklist | undefined> {
  const found = await readAnyVersion(store, tenant, id, version);
  return found === "broken" ? undefined : found;
}

async function readAnyVersion(store: Store, tenant: string, id: string, version: number) {
  const text = await readText(store, checklistKey(tenant, id, version));
  if (text === undefined) return undefined;
  try {
    return readChecklist(JSON.parse(text));
  } catch {
    return "broken";
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
  const before = await readSoundVersionOf(store, tenant, checklist.id, newest);
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

/**
 * Takes a checklist out of use: a draft of what is in force becomes the version in force, and calls are judged by published ones alone.
 * To put another version in force brings it back. Safe to repeat.
 */
export async function removeChecklist(store: Store, tenant: string, known: Versions): Promise<void> {
  if (known.isRemoved) return;
  const inForce = await readSoundVersionOf(store, tenant, known.id, known.inForce);
  let version = known.inForce;
  for (let written = inForce?.status !== "published"; !written; ) {
    version = version === known.inForce ? (known.versions.at(-1) ?? 0) + 1 : version + 1;
    const draft = { ...inForce, version, status: "draft" };
    written = (await writeJson(store, checklistKey(tenant, known.id, version), draft, { ifAbsent: true }))
      .written;
  }
  await writeJson(store, latestChecklistKey(tenant, known.id), { version, removed: true });
}

/** Parsed, a checklist has its fields in one order, whoever wrote it. */
function sameContent(a: Checklist, b: Checklist): boolean {
  const content = (checklist: Checklist) =>
    JSON.stringify(Checklist.parse({ ...checklist, version: 1, status: "draft" }));
  return content(a) === content(b);
}
