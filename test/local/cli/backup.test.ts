import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sqliteQueue } from "../../../adapters/queue/sqlite.ts";
import { filesStore } from "../../../adapters/store/files.ts";
import { runBackup } from "../../../local/cli/backup.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "backup-command-"));
  await filesStore({ directory: join(root, "data", "bucket") }).put("settings/default.json", "{}");
  const queue = sqliteQueue({
    file: join(root, "data", "queues.sqlite"),
    queues: [{ name: "ingest", visibilitySec: 60, maxReceiveCount: 5 }],
  });
  await queue.send("ingest", [{ body: "one" }]);
  queue.close();
});

afterEach(() => rm(root, { recursive: true, force: true }));

it.each(["file", "file/below"])("asks for another folder where a file is in the way of %s", async (name) => {
  await writeFile(join(root, "file"), "notes");
  const config = { dataDir: join(root, "data"), s3: undefined, sqs: undefined };
  await expect(runBackup(join(root, name), config)).rejects.toMatchObject({
    code: "backup.folder_refused",
    message: expect.stringContaining("that this user may write to"),
  });
});
