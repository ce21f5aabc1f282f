import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesStore } from "../../adapters/store/files.ts";
import { s3Store } from "../../adapters/store/s3.ts";
import type { Store } from "../../core/ports/store.ts";
import { probeConditionalWrites } from "../../core/store-probe.ts";
import { type Trial, tryStore } from "../../local/store-trial.ts";
import { serveS3 } from "../adapters/store/s3-server.ts";
import { memoryStore } from "../fakes/store.ts";
import { keysOf } from "../store/conformance-lists.ts";
import { type Environment, runScript } from "./processes.ts";

const both = async () => ({ ifAbsent: "honoured", ifMatch: "honoured" }) as const;
const credentials = { accessKeyId: "key", secretAccessKey: "secret" };

async function outcomes(store: Store, conditionalWrites = both): Promise<Trial[]> {
  const trials: Trial[] = [];
  for await (const trial of tryStore(store, conditionalWrites)) trials.push(trial);
  return trials;
}

const failing = (trials: Trial[]) => trials.filter(({ outcome }) => outcome === "fails");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-trial-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a bucket that is tried", () => {
  it("works, and nothing is left of the trial", async () => {
    const store = filesStore({ directory: folder });
    const trials = await outcomes(store, () => probeConditionalWrites(store) as ReturnType<typeof both>);
    expect(trials.map(({ what, outcome }) => `${what}: ${outcome}`)).toEqual([
      "write: works",
      "read: works",
      "overwrite: works",
      "list: works",
      "large upload: works",
      "delete: works",
      "conditional writes: works",
    ]);
    expect(await keysOf(store, "")).toEqual([]);
  });

  it.each<[string, (store: Store) => Partial<Store>, string, RegExp]>([
    [
      "loses what is in parts",
      (store) => ({
        put: (key, body, o) => (typeof body === "string" ? store.put(key, body, o) : store.put(key, "x")),
      }),
      "large upload",
      /read back differently/,
    ],
    [
      "answers from an old copy",
      (store) => {
        const old = new Set<string>();
        return {
          put: (key, body, o) => {
            if (key.endsWith("one.json") && old.has(key)) return store.put(`${key}.new`, body, o);
            old.add(key);
            return store.put(key, body, o);
          },
        };
      },
      "overwrite",
      /still read as it was/,
    ],
    [
      "lists names in its own spelling",
      (store) => ({
        async *list(prefix) {
          for await (const object of store.list(prefix))
            yield { ...object, key: object.key.replaceAll(" ", "+") };
        },
      }),
      "list",
      /spaces, plus signs or Cyrillic/,
    ],
    ["keeps what is removed", () => ({ delete: async () => {} }), "delete", /still there/],
    [
      "lets several writers win",
      (store) => ({ put: (key, body, { ifAbsent: _, ...o } = {}) => store.put(key, body, o) }),
      "conditional writes",
      /20 were told that they had won: set S3_CONDITIONAL_WRITES=emulate/,
    ],
  ])("is named for it when it %s", async (_how, spoil, what, note) => {
    const store = memoryStore();
    const failed = failing(await outcomes({ ...store, ...spoil(store) }));
    expect(failed).toMatchObject([{ what, note: expect.stringMatching(note) }]);
  });

  it("is tried no further when it cannot be written", async () => {
    const server = await serveS3({ exists: false });
    const { bucket, endpoint } = server;
    const trials = await outcomes(s3Store({ bucket, endpoint, credentials }));
    await server.close();
    expect(trials).toEqual([
      {
        what: "write",
        outcome: "fails",
        note: "there is no such bucket: check BUCKET, or create it",
      },
    ]);
  });
});

describe("cqa check-store", () => {
  const check = (env: Environment) => runScript("local/cqa.mjs", ["check-store"], { cwd: folder, env });

  it("says of the embedded bucket that it does", async () => {
    const { code, stdout, stderr } = await check({ DATA_DIR: join(folder, "data") });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Folder .*bucket\n {2}write +works\n/);
    expect(stdout).toMatch(/\nIt does all that is asked of a bucket\.\n$/);
    expect(await readdir(join(folder, "data"))).toEqual(["bucket"]);
  });

  it("says of a host without conditional writes that one process may work on it", async () => {
    const server = await serveS3({ conditions: "refused" });
    const { code, stdout } = await check({
      BUCKET: server.bucket,
      AWS_ENDPOINT_URL_S3: server.endpoint,
      AWS_ACCESS_KEY_ID: "tenant:key",
      AWS_SECRET_ACCESS_KEY: "very-secret",
    });
    await server.close();
    expect(code).toBe(0);
    expect(stdout).toMatch(/conditional writes +emulated: .*If-None-Match \(refused\).*ONE process/);
    expect(stdout).toMatch(/\nIt does for ONE process: docs\/storage\.md\.\n$/);
    expect(stdout).not.toMatch(/very-secret|tenant:key/);
    expect(server.objects.size).toBe(0);
  });

  it("ends with code 1 and the variable's name when the key is refused", async () => {
    const server = await serveS3({ secretOf: () => undefined });
    const { code, stdout } = await check({
      BUCKET: server.bucket,
      AWS_ENDPOINT_URL_S3: server.endpoint,
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
    });
    await server.close();
    expect(code).toBe(1);
    expect(stdout).toMatch(/write +fails: .*AWS_ACCESS_KEY_ID/);
  });
});
