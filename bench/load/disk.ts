import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface DiskShare {
  files: number;
  bytes: number;
  /** What the file system sets aside for them: whole blocks. */
  allocatedBytes: number;
}

export interface DiskUse {
  /** By what the files are. */
  bucket: Map<string, DiskShare>;
  queueFileBytes: number;
}

const BLOCK_BYTES = 512;

const kinds: [kind: string, of: RegExp][] = [
  ["recording", /\/recording\.[^/]+$/],
  ["call.json", /\/call\.json$/],
  ["transcript.json", /\/transcript\.json$/],
  ["scorecard", /\/scorecard\/[^/]+$/],
  ["markers", /^calls\/.*\/published\/[^/]+$/],
  ["outcome.json", /\/outcome\.json$/],
  ["row of the index", /^index\//],
];

export async function diskUse(dataDir: string): Promise<DiskUse> {
  const bucket = new Map<string, DiskShare>();
  const folder = join(dataDir, "bucket");
  for await (const key of filesUnder(folder, "")) {
    const { size, blocks } = await stat(join(folder, key));
    const kind = kinds.find(([, pattern]) => pattern.test(key))?.[0] ?? "others";
    const share = bucket.get(kind) ?? { files: 0, bytes: 0, allocatedBytes: 0 };
    share.files += 1;
    share.bytes += size;
    share.allocatedBytes += blocks * BLOCK_BYTES;
    bucket.set(kind, share);
  }
  const { size } = await stat(join(dataDir, "queues.sqlite"));
  return { bucket, queueFileBytes: size };
}

async function* filesUnder(folder: string, prefix: string): AsyncGenerator<string> {
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const key = `${prefix}${entry.name}`;
    if (entry.isDirectory()) yield* filesUnder(folder, `${key}/`);
    else yield key;
  }
}
