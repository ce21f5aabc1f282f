import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { absent } from "./bucket-files.ts";

/** `backup.json` of a backup: what it is, and whether its last run came to its end. */
export const BackupNote = z.object({
  format: z.literal(1),
  state: z.enum(["running", "complete"]),
  /** ISO 8601, when the run began: what happened since is not in it, or only in part. */
  startedAt: z.string(),
  has: z.object({ bucket: z.boolean(), queues: z.boolean() }),
});
export type BackupNote = z.infer<typeof BackupNote>;

const FILE = "backup.json";

/** Undefined where there is none, "unreadable" of one that this version does not know. */
export async function readNote(folder: string): Promise<BackupNote | "unreadable" | undefined> {
  const text = await readFile(join(folder, FILE), "utf8").catch(absent);
  if (text === undefined) return undefined;
  try {
    return BackupNote.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}

export async function writeNote(folder: string, note: BackupNote): Promise<void> {
  const partial = join(folder, `${FILE}.partial`);
  await writeFile(partial, `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, join(folder, FILE));
}
