import { createHash } from "node:crypto";
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  type Stats,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { VendorError } from "../../core/errors.ts";
import type { StoredObject } from "../../core/ports/store.ts";
import { errorCode, translated } from "./files-errors.ts";

/** Up to here an object is read at once and its etag is its content; above, its size, time and inode. */
export const SMALL_BYTES = 64 * 1024;

const CHUNK_BYTES = 256 * 1024;

/** Links are not followed, and a pipe that somebody left here does not make the reader wait. */
const PLAIN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The file as an object; undefined for whatever is no plain file. A large body is opened only when it is read. */
export async function readObject(path: string): Promise<StoredObject | undefined> {
  const file = await openPlain(path);
  if (!file) return undefined;
  try {
    const stats = await file.stat({ bigint: true });
    if (!stats.isFile()) return undefined;
    const modifiedAt = modifiedAtOf(stats);
    if (stats.size <= SMALL_BYTES) {
      const content = await file.readFile();
      const body = ReadableStream.from<Uint8Array>(content.length > 0 ? [content] : []);
      return { body, sizeBytes: content.length, etag: contentEtag(content), modifiedAt };
    }
    const body = ReadableStream.from<Uint8Array>(content(path, stats));
    return { body, sizeBytes: Number(stats.size), etag: fileEtag(stats), modifiedAt };
  } finally {
    await file.close();
  }
}

/** The same etag as `readObject` gives, for use under the bucket's lock. */
export function currentEtag(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, PLAIN);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile()) return undefined;
    return stats.size <= SMALL_BYTES ? contentEtag(readFileSync(descriptor)) : fileEtag(stats);
  } finally {
    closeSync(descriptor);
  }
}

export function contentEtag(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Survives the rename into place; two versions never share an inode, as the new one is written beside the old one. */
export function fileEtag(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ino}`;
}

/** When the object came into the bucket: a file that is moved or copied here may keep its old mtime, never its ctime. */
export function modifiedAtOf({ mtimeMs, ctimeMs }: { mtimeMs: bigint; ctimeMs: bigint }): Date {
  return new Date(Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs));
}

/** What stands there, links not followed; undefined where no file can be. */
export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
}

/** Not there, or nothing that could be an object: a folder in the way, a link, a name that no file can have. */
export function isNoFile(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EISDIR", "ENXIO", "EINVAL"].includes(
    errorCode(error),
  );
}

async function openPlain(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, PLAIN);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
}

/** Exactly the version that `get` described: one replaced or still being copied by hand is an error, never a mixture. */
async function* content(path: string, described: BigIntStats): AsyncGenerator<Uint8Array> {
  const file = await translated(() => openPlain(path));
  if (!file) throw changed();
  try {
    await assertSame(file, described);
    for (let leftBytes = Number(described.size); leftBytes > 0; ) {
      const chunk = Buffer.allocUnsafe(Math.min(leftBytes, CHUNK_BYTES));
      const { bytesRead } = await translated(() => file.read(chunk));
      if (bytesRead === 0) throw changed();
      leftBytes -= bytesRead;
      // Before the last bytes are handed out: who has read to the end has read one version.
      if (leftBytes === 0) await assertSame(file, described);
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function assertSame(file: FileHandle, described: BigIntStats): Promise<void> {
  const stats = await file.stat({ bigint: true });
  if (fileEtag(stats) !== fileEtag(described)) throw changed();
}

function changed(): VendorError {
  return new VendorError("store.changed", "an object of the bucket was replaced while it was read");
}
