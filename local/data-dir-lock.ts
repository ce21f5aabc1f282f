import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigurationError } from "../core/errors.ts";

/**
 * Makes this process the only service on a data folder. The lock is the operating system's, held through an open SQLite
 * transaction, so a killed process cannot leave it behind.
 *
 * @throws ConfigurationError when another service runs on the folder, or when it cannot be written
 */
export function lockDataDir(dataDir: string): { release(): void } {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    database = new DatabaseSync(join(dataDir, "service.lock"));
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
  } catch (error) {
    if (database?.isOpen) database.close();
    throw isBusy(error)
      ? new ConfigurationError(
          "config.data_dir_in_use",
          "another service already runs on this DATA_DIR: stop it, or give this one another DATA_DIR and PORT",
        )
      : new ConfigurationError(
          "config.data_dir_unusable",
          "DATA_DIR cannot be written: it must name a folder that this user may write to, on a disk with free space",
        );
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}
