import { systemClock } from "../../core/clock.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { backUp } from "../backup/backup.ts";
import { restore } from "../backup/restore.ts";

/** Brings a backup of DATA_DIR up to date; the service may run meanwhile. */
export async function runBackup(
  folder: string,
  config: Pick<Config, "s3" | "sqs" | "dataDir">,
): Promise<void> {
  const has = { bucket: !config.s3, queues: !config.sqs };
  if (!has.bucket && !has.queues)
    throw new ConfigurationError(
      "backup.nothing",
      "bucket and queues are a cloud's, so nothing lies in DATA_DIR: switch on the versioning of the bucket instead",
    );
  const begun = performance.now();
  const counts = await backUp({ dataDir: config.dataDir, folder, has, now: systemClock.now() }).catch(
    (error: unknown) => {
      throw folderProblem(error, folder);
    },
  );
  if (has.bucket)
    console.log(
      `bucket: ${counts.copied} files copied (${(counts.copiedBytes / 1e6).toFixed(1)} MB), ${counts.kept} unchanged, ${counts.removed} removed`,
    );
  if (counts.restless > 0)
    console.log(`${counts.restless} files were being written by somebody: the next backup has them`);
  if (counts.messages !== undefined) console.log(`queues: ${counts.messages} messages`);
  console.log(`backup complete in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/** A file in the way, or a place of somebody else's, is the operator's to mend. */
function folderProblem(error: unknown, folder: string): unknown {
  const { code, path }: NodeJS.ErrnoException = error instanceof Error ? error : new Error();
  return path?.startsWith(folder) && ["ENOTDIR", "EEXIST", "EACCES", "EPERM", "EROFS"].includes(String(code))
    ? new ConfigurationError(
        "backup.folder_refused",
        "the folder of the backup cannot be made or written: name one in a place that this user may write to",
      )
    : error;
}

/** Makes DATA_DIR of a backup; the service must not run. */
export async function runRestore(
  folder: string,
  { unfinished }: { unfinished?: boolean },
  { dataDir }: Config,
): Promise<void> {
  const { note, messages } = await restore({ dataDir, folder, unfinished: unfinished === true });
  const day = note.startedAt.slice(0, 10);
  console.log(
    [
      `restored as of ${note.startedAt}${messages === undefined ? "" : `, ${messages} messages on the queues`}`,
      "Start the service. Calls of the last 48 hours that are not in the backup are found in the portal by themselves.",
      `Older ones: npx cqa backfill --from ${day} --to <yesterday> --again`,
    ].join("\n"),
  );
}
