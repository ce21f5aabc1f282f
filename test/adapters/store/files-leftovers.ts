import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** How many files with bytes of objects lie in the store's own folder; its empty lock files are none. */
export async function leftovers(directory: string): Promise<number> {
  const entries = await readdir(join(directory, ".tmp"), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name !== "lock" && entry.name !== "alive").length;
}
