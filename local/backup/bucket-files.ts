import type { Dirent } from "node:fs";
import { lstat, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { inOrderOfCall, isCallFolder, isLeftOut, type Step } from "./backup-order.ts";

/** Where a store keeps files that have no name yet. */
const WORKSPACE = ".tmp";

/** The keys of a step, call by call. What vanishes meanwhile is left out. */
export async function* keysOf(bucket: string, { folders, takes }: Step): AsyncGenerator<string> {
  const named = ["reports", "index", "calls", "uploads", "checklists", "settings"];
  const tops =
    folders === "others"
      ? (await entriesOf(bucket)).map(({ name }) => name).filter((name) => !named.includes(name))
      : folders;
  for (const top of tops) {
    if (top.toLowerCase() === WORKSPACE) continue;
    for await (const key of walk(bucket, `${top}/`)) if (takes(key) && !isLeftOut(key)) yield key;
  }
}

export async function* allKeys(bucket: string): AsyncGenerator<string> {
  for (const { name } of await entriesOf(bucket)) {
    if (name.toLowerCase() !== WORKSPACE) yield* walk(bucket, `${name}/`);
  }
}

export async function hasFiles(bucket: string): Promise<boolean> {
  for await (const _key of allKeys(bucket)) return true;
  return false;
}

async function* walk(bucket: string, folder: string): AsyncGenerator<string> {
  const whole = isCallFolder(folder) ? await collect(bucket, folder) : undefined;
  if (whole) return yield* inOrderOfCall(whole);
  for (const entry of await entriesOf(join(bucket, folder))) {
    if (entry.isDirectory()) yield* walk(bucket, `${folder}${entry.name}/`);
    // Links lead out of the bucket; the store does not follow them either.
    else if (entry.isFile()) yield `${folder}${entry.name}`;
  }
}

async function collect(bucket: string, folder: string): Promise<string[]> {
  const entries = await entriesOf(join(bucket, folder));
  const keys = entries.map(async (entry) => {
    if (entry.isDirectory()) return collect(bucket, `${folder}${entry.name}/`);
    return entry.isFile() ? [`${folder}${entry.name}`] : [];
  });
  return (await Promise.all(keys)).flat();
}

/** Removes the folders under it in which nothing is left. */
export async function removeEmptyFolders(folder: string): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    if (!entry.isDirectory()) continue;
    const inner = join(folder, entry.name);
    await removeEmptyFolders(inner);
    await rmdir(inner).catch(() => undefined);
  }
}

export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(absent)) !== undefined;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(absent)) ?? [];
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
}

export function absent(error: unknown): undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
}
