import { createHash } from "node:crypto";
import { linkSync, mkdirSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { VendorError } from "../../core/errors.ts";
import type { Body, PutOptions } from "../../core/ports/store.ts";
import { errorCode, pathTaken, translated } from "./files-errors.ts";
import { currentEtag, fileEtag, SMALL_BYTES, statsOf } from "./files-read.ts";
import type { Workspace } from "./files-workspace.ts";

/** Writes the body beside the objects and forces it to the disk. Whatever goes wrong, no file is left. */
export async function writeTemporary(
  space: Workspace,
  body: Body,
  sizeBytes: number | undefined,
): Promise<{ path: string; etag: string }> {
  const { file, path } = await translated(() => openTemporary(space));
  try {
    const hash = createHash("sha256");
    let writtenBytes = 0;
    for await (const chunk of chunksOf(body)) {
      hash.update(chunk);
      writtenBytes += chunk.length;
      if (sizeBytes !== undefined && writtenBytes > sizeBytes) throw wrongSize();
      // Not around the loop: what the body itself throws is for the caller to judge.
      await translated(() => writeWhole(file, chunk));
    }
    if (sizeBytes !== undefined && writtenBytes !== sizeBytes) throw wrongSize();
    await translated(() => file.sync());
    const etag =
      writtenBytes <= SMALL_BYTES ? hash.digest("hex") : fileEtag(await file.stat({ bigint: true }));
    await file.close();
    return { path, etag };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Gives the written file its name if the condition holds. Runs under the bucket's lock. */
export function appear(
  temporary: string,
  path: string,
  { ifAbsent, ifMatch }: PutOptions,
): { changedFolders: string[] } | undefined {
  if (ifMatch !== undefined && currentEtag(path) !== ifMatch) return undefined;
  const changedFolders = makeFolder(dirname(path));
  if (!ifAbsent) {
    renameSync(temporary, path);
    return { changedFolders };
  }
  if (linkedAnew(temporary, path)) return { changedFolders };
  // A folder or a link of that name is no object that somebody else wrote.
  if (statsOf(path)?.isFile() === false) throw pathTaken();
  return undefined;
}

/**
 * Removes the file and the folders that become empty, but for the two highest: people keep `uploads/<tenant>` open to
 * drop files there. Runs under the bucket's lock, so no writer counts on one of the folders.
 */
export function removeObject(directory: string, key: string): string {
  unlinkSync(join(directory, key));
  const segments = key.split("/").slice(0, -1);
  while (segments.length > 2) {
    try {
      rmdirSync(join(directory, ...segments));
    } catch {
      break;
    }
    segments.pop();
  }
  return join(directory, ...segments);
}

/** A name is on the disk for certain only when its folder has been forced there too. */
export async function syncFolders(folders: string[]): Promise<void> {
  for (const folder of folders) {
    try {
      const handle = await open(folder, "r");
      await handle.sync().finally(() => handle.close());
    } catch (error) {
      // Removed again since, or a system (Windows) that cannot sync folders.
      if (!["ENOENT", "EINVAL", "EISDIR", "EPERM"].includes(errorCode(error))) throw error;
    }
  }
}

async function openTemporary(space: Workspace): Promise<{ file: FileHandle; path: string }> {
  const path = await space.temporaryPath();
  try {
    return { file: await open(path, "wx"), path };
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    // Somebody removed the whole folder (a fresh start by hand): begin again with a new one.
    space.reopen();
    const again = await space.temporaryPath();
    return { file: await open(again, "wx"), path: again };
  }
}

async function* chunksOf(body: Body): AsyncGenerator<Uint8Array> {
  if (typeof body === "string") yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
}

/** Makes the folder; answers every folder that got a new entry, and at least the one that was asked for. */
export function makeFolder(folder: string): string[] {
  const firstMade = mkdirSync(folder, { recursive: true });
  const changed = [folder];
  if (!firstMade) return changed;
  for (let path = folder; path !== dirname(firstMade); ) {
    path = dirname(path);
    changed.push(path);
  }
  return changed;
}

function linkedAnew(temporary: string, path: string): boolean {
  try {
    // Unlike a rename it never replaces, not even what a person drops here at this moment.
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(errorCode(error))) throw error;
    // A disk without hard links (exFAT, some network drives): the bucket's lock holds off other writers.
    if (statsOf(path)) return false;
    renameSync(temporary, path);
    return true;
  }
}

function wrongSize(): VendorError {
  return new VendorError(
    "store.size_mismatch",
    "a body was not as long as announced: its source was cut off",
  );
}
