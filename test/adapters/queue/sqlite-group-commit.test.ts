import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteQueue } from "../../../adapters/queue/sqlite.ts";
import { groupCommit } from "../../../adapters/queue/sqlite-group-commit.ts";

/** A file that counts its transactions and, as SQLite does, fails the whole one when one of its works fails. */
function countedFile() {
  const file = {
    transactions: 0,
    write<T>(work: () => T): T {
      file.transactions += 1;
      return work();
    },
  };
  return file;
}

describe("writes that come together", () => {
  it("share one transaction and get each its own answer", async () => {
    const file = countedFile();
    const { run } = groupCommit(file);
    expect(await Promise.all([run(() => "one"), run(() => "two"), run(() => "three")])).toEqual([
      "one",
      "two",
      "three",
    ]);
    expect(file.transactions).toBe(1);
  });

  it("run in the order in which they came", async () => {
    const order: number[] = [];
    const { run } = groupCommit(countedFile());
    await Promise.all([1, 2, 3].map((number) => run(() => order.push(number))));
    expect(order).toEqual([1, 2, 3]);
  });

  it("wait for those that come in the next turn of the loop", async () => {
    const file = countedFile();
    const { run } = groupCommit(file);
    const first = run(() => "first");
    const second = new Promise((resolve) => setImmediate(() => resolve(run(() => "second"))));
    expect(await Promise.all([first, second])).toEqual(["first", "second"]);
    expect(file.transactions).toBe(1);
  });

  it("do not wait for ever for those that keep coming", async () => {
    const { run } = groupCommit(countedFile());
    let isDone = false;
    const first = run(() => undefined).then(() => {
      isDone = true;
    });
    const later: Promise<unknown>[] = [];
    // A turn that ended only with its own work would never let this one end.
    while (!isDone) {
      later.push(run(() => undefined));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([first, ...later]);
    expect(later.length).toBeGreaterThan(1);
  });

  it("that fail cost only themselves", async () => {
    const { run } = groupCommit(countedFile());
    const written: string[] = [];
    const answers = await Promise.allSettled([
      run(() => written.push("one")),
      run(() => {
        throw new Error("no room");
      }),
      run(() => written.push("three")),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    // The first is tried again on its own, since the transaction that it was in is rolled back.
    expect(written).toEqual(["one", "one", "three"]);
  });

  it("are committed at once when asked to", async () => {
    const file = countedFile();
    const { run, flush } = groupCommit(file);
    const answer = run(() => "written");
    flush();
    expect(file.transactions).toBe(1);
    expect(await answer).toBe("written");
  });
});

describe("the embedded queue", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "group-commit-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = () =>
    sqliteQueue({
      file: join(folder, "queues.sqlite"),
      queues: [{ name: "ingest", visibilitySec: 60, maxReceiveCount: 5 }],
    });

  it("loses nothing that was sent right before it was closed", async () => {
    const queue = open();
    const sent = Promise.all([1, 2, 3].map((number) => queue.send("ingest", [{ body: `call ${number}` }])));
    queue.close();
    await sent;
    const again = open();
    expect(await again.stats("ingest")).toMatchObject({ visible: 3 });
    again.close();
  });

  it("gives fifty messages that came at once to their receivers, each once", async () => {
    const queue = open();
    const bodies = Array.from({ length: 50 }, (_value, number) => `call ${number}`);
    await Promise.all(bodies.map((body) => queue.send("ingest", [{ body }])));
    const taken = await Promise.all(
      Array.from({ length: 10 }, () => queue.receive("ingest", { max: 10, waitSec: 0, visibilitySec: 60 })),
    );
    expect(
      taken
        .flat()
        .map(({ body }) => body)
        .sort(),
    ).toEqual([...bodies].sort());
    queue.close();
  });
});
