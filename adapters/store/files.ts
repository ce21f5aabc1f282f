import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  assertSafeKey,
  type Body,
  type PutOptions,
  type PutResult,
  type Store,
} from "../../core/ports/store.ts";
import { pathTaken, translated } from "./files-errors.ts";
import { listFiles, wayTo } from "./files-list.ts";
import { readObject, statsOf } from "./files-read.ts";
import { WORKSPACE, workspace } from "./files-workspace.ts";
import { appear, removeObject, syncFolders, writeTemporary } from "./files-write.ts";

export interface FilesStoreOptions {
  /** The folder that is the bucket; made on the first write. */
  directory: string;
}

/**
 * The embedded bucket: a plain folder whose files are the objects. People may open, copy, drop and remove files in it
 * while it is in use. Safe between processes and after a crash at any point: an object is written beside the bucket's
 * objects, forced to the disk, and only then given its name.
 *
 * Unlike S3 a disk cannot hold both `a` and `a/b`, nor names over 255 bytes; such a write is refused with a clear error.
 * Hidden files (a leading dot) are objects but are not listed.
 */
export function filesStore({ directory: given }: FilesStoreOptions): Store {
  const directory = resolve(given);
  const space = workspace(directory);

  function pathOf(key: string): string {
    assertSafeKey(key);
    const [first, ...rest] = key.split("/");
    // Also where the file system takes no notice of case.
    if (first?.toLowerCase() === WORKSPACE)
      throw new RangeError("a bucket key cannot lie in the store's own folder");
    return join(directory, first ?? "", ...rest);
  }

  async function put(key: string, body: Body, options: PutOptions = {}): Promise<PutResult> {
    const path = pathOf(key);
    const temporary = await writeTemporary(space, body, options.sizeBytes);
    try {
      return await translated(async () => {
        const appeared = await space.exclusive(() => {
          if (wayTo(directory, key) === "blocked") throw pathTaken();
          return appear(temporary.path, path, options);
        });
        if (!appeared) return { written: false };
        await syncFolders(appeared.changedFolders);
        return { written: true, etag: temporary.etag };
      });
    } finally {
      // Should this fail, the next process removes it.
      await rm(temporary.path, { force: true }).catch(() => undefined);
    }
  }

  return {
    put,

    async get(key) {
      const path = pathOf(key);
      return translated(async () => {
        await space.tidy();
        return wayTo(directory, key) === "open" ? readObject(path) : undefined;
      });
    },

    async *list(prefix) {
      await space.tidy();
      const objects = listFiles(directory, prefix);
      try {
        while (true) {
          const next = await translated(() => objects.next());
          if (next.done) return;
          yield next.value;
        }
      } finally {
        await objects.return(undefined);
      }
    },

    async delete(key) {
      const path = pathOf(key);
      await translated(async () => {
        const isObject = () => wayTo(directory, key) === "open" && statsOf(path)?.isFile() === true;
        if (!isObject()) return;
        const changedFolder = await space.exclusive(() => isObject() && removeObject(directory, key));
        if (changedFolder) await syncFolders([changedFolder]);
      });
    },
  };
}
