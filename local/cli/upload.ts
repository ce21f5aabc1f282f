import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  indexRowKey,
  scorecardKey,
  uploadFingerprint,
  uploadKey,
  uploadsPrefix,
} from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { assertSafeKey, type Store } from "../../core/ports/store.ts";
import { Scorecard } from "../../core/scorecard.ts";
import { readJson } from "../../core/store-json.ts";
import { base } from "../../functions/deps.ts";
import { Upload as Announced } from "../../functions/ingest/notification.ts";
import { looksUnfinished } from "../../functions/ingest/uploads.ts";

interface Upload {
  name: string;
  file: string;
  key: string;
  sizeBytes: number;
}

const WAIT_SEC = 3600;

/** Puts files under `uploads/`, where the service finds them within seconds. */
export async function runUpload(
  files: string[],
  { wait }: { wait?: boolean },
  { tenant }: Config,
): Promise<void> {
  const { store } = base();
  const uploads = await Promise.all(files.map((file) => describeUpload(file, tenant)));
  assertDistinct(uploads);
  const waitedFor = new Map<Upload, string[]>();
  for (const upload of uploads) {
    const hash = createHash("sha256");
    const body = hashed(createReadStream(upload.file), hash);
    const put = await store.put(upload.key, body, { sizeBytes: upload.sizeBytes });
    console.error(`${upload.name}: in the bucket, scored while the service runs`);
    // A folder's watcher tells versions apart by their hash, everybody else by the etag.
    const versions = [hash.digest("hex"), ...(put.written ? [put.etag] : [])];
    waitedFor.set(
      upload,
      versions.map((version) => uploadKey(tenant, uploadFingerprint(upload.key, version))),
    );
  }
  if (wait) await waitForAll(waitedFor, tenant, store);
}

async function describeUpload(file: string, tenant: string): Promise<Upload> {
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile()) throw new ConfigurationError("cli.no_file", `${file} is no file that can be read`);
  const name = basename(file);
  const key = `${uploadsPrefix(tenant)}${name}`;
  if (looksUnfinished(name) || !isSafe(key))
    throw new ConfigurationError(
      "cli.file_name",
      `${file} has the name of a hidden or unfinished file, which is never scored: rename it`,
    );
  return { name, file, key, sizeBytes: info.size };
}

function assertDistinct(uploads: readonly Upload[]): void {
  const names = uploads.map((upload) => upload.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new ConfigurationError(
      "cli.file_name",
      `two of the files are called ${twice}, and in the bucket one would replace the other: rename one`,
    );
}

function isSafe(key: string): boolean {
  try {
    assertSafeKey(key);
    return true;
  } catch {
    return false;
  }
}

async function* hashed(body: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}

/** A recording that was uploaded before is the same call, so its result may be there at once. */
async function waitForAll(open: Map<Upload, readonly string[]>, tenant: string, store: Store): Promise<void> {
  const giveUpAt = Date.now() + WAIT_SEC * 1000;
  while (open.size > 0 && Date.now() < giveUpAt) {
    for (const [upload, announcedKeys] of open) {
      const row = await findRow(announcedKeys, tenant, store);
      if (!row) continue;
      open.delete(upload);
      await printResult(upload, row, tenant, store);
    }
    if (open.size > 0) await setTimeout(1000);
  }
  if (open.size > 0)
    throw new ConfigurationError(
      "cli.not_scored",
      "no result within an hour: does the service run? See `npx cqa status`",
    );
}

async function findRow(
  announcedKeys: readonly string[],
  tenant: string,
  store: Store,
): Promise<CallRow | undefined> {
  for (const key of announcedKeys) {
    const announced = await readJson(store, key, Announced);
    const row = announced && (await readJson(store, indexRowKey(tenant, announced.value.callId), CallRow));
    if (row) return row.value;
  }
  return undefined;
}

async function printResult(upload: Upload, row: CallRow, tenant: string, store: Store): Promise<void> {
  const result = row.status === "scored" ? `${row.percent ?? "—"} / 100` : (row.code ?? "");
  console.error(`${upload.name}: ${row.status}, ${result}`);
  if (row.checklistId === null || row.checklistVersion === null) return;
  const key = scorecardKey(tenant, row.callId, row.checklistId, row.checklistVersion);
  const scorecard = await readJson(store, key, Scorecard);
  console.log(JSON.stringify(scorecard?.value, null, 2));
}
