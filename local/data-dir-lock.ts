import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigurationError } from "../core/errors.ts";

/**
 * Makes this process the only service on a data folder. The lock is the operating system's, held through an open SQLite
 * transaction, so a killed process cannot leave it behind.
 *
 * @throws ConfigurationError when another service runs on the folder
 */
export function lockDataDir(dataDir: string): { release(): void } {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, "service.lock"));
  try {
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
  } catch {
    database.close();
    throw new ConfigurationError(
      "config.data_dir_in_use",
      "another service already runs on this DATA_DIR: stop it, or give this one another DATA_DIR and PORT",
    );
  }
  return { release: () => database.close() };
}
