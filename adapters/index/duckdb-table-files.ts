import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Store } from "../../core/ports/store.ts";
import { inParallel, type Table } from "./duckdb-snapshot.ts";

/** Tables of the bucket as files of this machine. Several processes may use one folder. */
export interface TableFiles {
  /** Their paths, in the same order; undefined when one is gone from the bucket since it was listed. */
  fetch(tenant: string, tables: readonly Table[]): Promise<string[] | undefined>;
}

/** A file that a question needed this recently is not removed: the question may still be reading it. */
const IN_USE_MS = 60_000;
/** Nobody works at one file for so long. */
const LEFT_OVER_MS = 3_600_000;
const DOWNLOADS_AT_ONCE = 4;

/**
 * Of a day whose table was made anew: what stands in the old one may have had to go (docs/privacy.md), and nobody may ever ask about that day again. No question
 * of this process may be at work.
 */
export async function removeCopies(directory: string, tenant: string, day: string): Promise<void> {
  await rm(join(directory, `tenant=${tenant}`, `day=${day}`), { recursive: true, force: true });
}

/** What a process that was killed has left of its work: rows and tables under names that nobody asks for. */
export async function removeLeftovers(directory: string): Promise<void> {
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(ndjson|parquet)$/;
  const names = (await readdir(directory, { recursive: true })).filter(
    (name) => uuid.test(name) || name.endsWith(".part"),
  );
  for (const name of names) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > LEFT_OVER_MS) await rm(path, { force: true });
  }
}

export function tableFiles(store: Store, directory: string, maxBytes: number): TableFiles {
  const usedAtMs = new Map<string, number>();

  async function fetchOne(
    tenant: string,
    { day, key, version, sizeBytes }: Table,
  ): Promise<{ path: string; isNew: boolean } | undefined> {
    const name = createHash("sha256").update(version).digest("hex").slice(0, 20);
    // Folders of this form give the files their column `day`.
    const path = join(directory, `tenant=${tenant}`, `day=${day}`, `${name}-${sizeBytes}.parquet`);
    if (await isAtHand(path, sizeBytes)) return { path, isNew: false };
    const object = await store.get(key);
    if (!object) return undefined;
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      await pipeline(object.body, createWriteStream(temporary));
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
    usedAtMs.set(path, Date.now());
    return { path, isNew: true };
  }

  async function isAtHand(path: string, sizeBytes: number): Promise<boolean> {
    const now = Date.now();
    if (now - (usedAtMs.get(path) ?? 0) < IN_USE_MS / 2) return true;
    try {
      // Whoever makes room looks at the time: touch first, then see whether it is still there.
      await utimes(path, new Date(now), new Date(now));
      if ((await stat(path)).size !== sizeBytes) return false;
    } catch {
      return false;
    }
    usedAtMs.set(path, now);
    return true;
  }

  async function makeRoom(): Promise<void> {
    const names = await readdir(directory, { recursive: true });
    const stats = await inParallel(names, async (name) => {
      const path = join(directory, name);
      const found = await stat(path).catch(() => undefined);
      return found?.isFile() ? { path, sizeBytes: found.size, atMs: found.mtimeMs } : undefined;
    });
    const files = stats.flatMap((file) => file ?? []).sort((a, b) => a.atMs - b.atMs);
    let totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const { path, sizeBytes, atMs } of files) {
      if (totalBytes <= maxBytes || Date.now() - atMs < IN_USE_MS) return;
      await rm(path, { force: true });
      usedAtMs.delete(path);
      totalBytes -= sizeBytes;
    }
  }

  return {
    async fetch(tenant, tables) {
      const fetched = await inParallel(tables, (table) => fetchOne(tenant, table), DOWNLOADS_AT_ONCE);
      if (fetched.some((one) => one?.isNew)) await makeRoom();
      const paths = fetched.flatMap((one) => one?.path ?? []);
      return paths.length === tables.length ? paths : undefined;
    },
  };
}
