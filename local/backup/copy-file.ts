import type { BigIntStats } from "node:fs";
import { constants, copyFile, link, lstat, mkdir, rename, rm, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { absent } from "./bucket-files.ts";

export type Copied = { state: "copied"; bytes: number } | { state: "kept" | "gone" | "restless" };

export interface CopyOptions {
  /** Where a copy is written before it gets its name. */
  partial: string;
  /** One file under two names where the disk allows it: only of what is never changed. */
  mayLink: boolean;
  copy?(from: string, to: string): Promise<void>;
}

/** Somebody writes the file by hand at this moment; the next backup has it. */
const TRIES = 3;
/** As exactly as a file's time can be set. */
const SAME_TIME_NS = 10_000n;

/**
 * Copies a file with its time, unless it has been copied before. The store replaces a file by a new one and never changes it, so the copy is one
 * whole version of it; one that people are writing is told by its time and length.
 */
export async function copyOver(from: string, to: string, options: CopyOptions): Promise<Copied> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await statsOf(from);
    if (!before?.isFile()) return { state: "gone" };
    const there = await statsOf(to);
    if (there?.isFile() && isSame(before, there)) return { state: "kept" };
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rm(options.partial, { force: true });
    if (options.mayLink && (await linked(from, options.partial))) {
      await rename(options.partial, to);
      return { state: "copied", bytes: Number(before.size) };
    }
    if (!(await copied(from, options))) return { state: "gone" };
    const after = await statsOf(from);
    if (!after || after.ino !== before.ino || !isSame(before, after)) continue;
    const modifiedSec = Number(before.mtimeNs) / 1e9;
    await utimes(options.partial, modifiedSec, modifiedSec);
    await rename(options.partial, to);
    return { state: "copied", bytes: Number(before.size) };
  }
  await rm(options.partial, { force: true });
  return { state: "restless" };
}

/** Where the disk can share blocks between files, it does. */
const copyBlocks = (from: string, to: string) => copyFile(from, to, constants.COPYFILE_FICLONE);

async function copied(from: string, { partial, copy = copyBlocks }: CopyOptions): Promise<boolean> {
  try {
    await copy(from, partial);
    return true;
  } catch (error) {
    absent(error);
    return false;
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch {
    // Another disk, or one without links.
    return false;
  }
}

async function statsOf(path: string): Promise<BigIntStats | undefined> {
  return lstat(path, { bigint: true }).catch(absent);
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  const apartNs = one.mtimeNs - other.mtimeNs;
  return one.size === other.size && apartNs < SAME_TIME_NS && -apartNs < SAME_TIME_NS;
}
