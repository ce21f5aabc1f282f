import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { assertSafeKey, type ListedObject } from "../../core/ports/store.ts";
import { isNoFile, modifiedAtOf, statsOf } from "./files-read.ts";

/** Walks only the folders that can hold the prefix; keys come in the order of their UTF-8 bytes, as S3 lists them. */
export async function* listFiles(directory: string, prefix: string): AsyncGenerator<ListedObject> {
  const cut = prefix.lastIndexOf("/") + 1;
  const folder = prefix.slice(0, cut);
  if (folder !== "" && !isListedFolder(directory, folder)) return;
  yield* walk(directory, folder, prefix.slice(cut));
}

/** Whether plain folders lead to the key. A link could lead out of the bucket; a file cannot hold an object. */
export function wayTo(directory: string, key: string): "open" | "absent" | "blocked" {
  let path = directory;
  for (const segment of key.split("/").slice(0, -1)) {
    path = join(path, segment);
    const stats = statsOf(path);
    if (!stats) return "absent";
    if (!stats.isDirectory()) return "blocked";
  }
  return "open";
}

async function* walk(directory: string, folder: string, start: string): AsyncGenerator<ListedObject> {
  for (const { name, isFolder } of await entriesOf(join(directory, folder), start)) {
    const key = folder + name;
    if (isFolder) {
      yield* walk(directory, `${key}/`, "");
      continue;
    }
    const stats = await lstat(join(directory, key), { bigint: true }).catch(absent);
    // Removed since the folder was read, or a name that is not UTF-8 and cannot be asked for.
    if (!stats?.isFile()) continue;
    yield { key, sizeBytes: Number(stats.size), modifiedAt: modifiedAtOf(stats) };
  }
}

async function entriesOf(path: string, start: string): Promise<{ name: string; isFolder: boolean }[]> {
  const entries = (await readdir(path, { withFileTypes: true }).catch(absent)) ?? [];
  return entries
    .filter((entry) => entry.name.startsWith(start) && isListed(entry.name))
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => {
      const isFolder = entry.isDirectory();
      // As it stands in the key: `a.txt` comes before `a/b`, and `a/b` before `a0`.
      return { name: entry.name, isFolder, bytes: Buffer.from(isFolder ? `${entry.name}/` : entry.name) };
    })
    .sort((one, other) => Buffer.compare(one.bytes, other.bytes));
}

/** Hidden files are the system's (`.DS_Store`, our workspace), and a name that is no safe key could never be read. */
function isListed(name: string): boolean {
  return !name.startsWith(".") && isSafeKey(name);
}

function isListedFolder(directory: string, folder: string): boolean {
  const segments = folder.slice(0, -1).split("/");
  return segments.every(isListed) && wayTo(directory, `${folder}.`) === "open";
}

function isSafeKey(key: string): boolean {
  try {
    assertSafeKey(key);
    return true;
  } catch {
    return false;
  }
}

function absent(error: unknown): undefined {
  if (!isNoFile(error)) throw error;
}
