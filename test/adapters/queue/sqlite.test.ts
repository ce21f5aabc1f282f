import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SqliteQueueOptions, sqliteQueue } from "../../../adapters/queue/sqlite.ts";
import { fastClock, setClock } from "../../../core/clock.ts";
import { ConfigurationError, VendorError } from "../../../core/errors.ts";
import { queueConformance } from "../../queue/conformance.ts";

queueConformance("the embedded queue", () => {
  const clock = setClock("2026-11-20T10:00:00Z");
  let folder: string;
  let close: () => void;
  return {
    open: async (queues) => {
      folder = await mkdtemp(join(tmpdir(), "queue-"));
      const queue = sqliteQueue({
        file: join(folder, "data", "queue.sqlite"),
        clock: { ...clock, realMs: (ms) => ms },
        queues,
      });
      close = queue.close;
      return queue;
    },
    close: async () => {
      close();
      await rm(folder, { recursive: true });
    },
    pass: clock.advance,
    astralCharacters: "carried",
    waitingSince: "told",
  };
});

describe("the embedded queue's file", () => {
  const queues = [{ name: "ingest", visibilitySec: 30, maxReceiveCount: 2 }];
  const opened: { close(): void }[] = [];
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "queue-"));
    file = join(folder, "queue.sqlite");
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) one.close();
    await rm(folder, { recursive: true });
  });

  function open(options: Partial<SqliteQueueOptions> = {}) {
    const queue = sqliteQueue({ file, queues, ...options });
    opened.push(queue);
    return queue;
  }
  type Queue = ReturnType<typeof open>;
  const look = (queue: Queue, max = 10) => queue.receive("ingest", { max, waitSec: 0, visibilitySec: 30 });

  test("keeps messages, their attempts and their delay when it is opened again", async () => {
    const clock = setClock("2026-11-20T10:00:00Z");
    const before = open({ clock });
    await before.send("ingest", [{ body: "received once" }, { body: "later", delaySec: 900 }]);
    await look(before);
    before.close();
    clock.advance(60);
    const after = open({ clock });
    expect(await after.stats("ingest")).toEqual({ visible: 1, delayed: 1, inFlight: 0, dead: 0 });
    expect(await look(after)).toMatchObject([{ body: "received once", receiveCount: 2 }]);
    clock.advance(840);
    expect((await look(after)).map(({ body }) => body)).toContain("later");
  });

  test("gives back what a killed service held: at once, and one by one what it held twice before", async () => {
    const clock = setClock("2026-11-20T10:00:00Z");
    const many = [{ name: "ingest", visibilitySec: 1800, maxReceiveCount: 5 }];
    const queue = open({ clock, queues: many });
    const hold = (max: number) => queue.receive("ingest", { max, waitSec: 0, visibilitySec: 1800 });
    await queue.send("ingest", [{ body: "a" }, { body: "b" }]);
    for (let kill = 0; kill < 2; kill++) {
      expect(await hold(10)).toHaveLength(2);
      expect(queue.giveBackAll()).toBe(2);
    }
    await queue.send("ingest", [{ body: "c" }, { body: "waits", delaySec: 600 }]);
    expect(await hold(10)).toMatchObject([
      { body: "a", receiveCount: 3 },
      { body: "b", receiveCount: 3 },
      { body: "c", receiveCount: 1 },
    ]);
    expect(queue.giveBackAll()).toBe(3);
    const seen: string[][] = [];
    for (let step = 0; step < 3; step++) {
      seen.push((await hold(10)).map(({ body }) => body));
      clock.advance(2);
    }
    expect(seen).toEqual([["c"], ["a"], ["b"]]);
  });

  test("gives messages in the order in which they became visible", async () => {
    const clock = setClock("2026-11-20T10:00:00Z");
    const queue = open({ clock });
    await queue.send("ingest", [{ body: "third", delaySec: 2 }, { body: "first" }, { body: "second" }]);
    clock.advance(1);
    await queue.send("ingest", [{ body: "fourth", delaySec: 5 }]);
    clock.advance(10);
    expect((await look(queue)).map(({ body }) => body)).toEqual(["first", "second", "third", "fourth"]);
  });

  test("deletes by the last handle even after the visibility has passed, as SQS does", async () => {
    const clock = setClock("2026-11-20T10:00:00Z");
    const queue = open({ clock });
    await queue.send("ingest", [{ body: "slow but done" }]);
    const [message] = await look(queue);
    clock.advance(31);
    await queue.delete("ingest", [message!.handle]);
    expect(await look(queue)).toEqual([]);
  });

  test("forgets the handles of a message that was redriven", async () => {
    const queue = open();
    await queue.send("ingest", [{ body: "poison" }]);
    const handles: string[] = [];
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const [message] = await look(queue);
      handles.push(message!.handle);
      await queue.changeVisibility("ingest", message!.handle, 0);
    }
    await look(queue);
    await queue.redrive("ingest");
    await queue.delete("ingest", handles);
    await queue.delete("ingest", ["", "1", "no handle at all"]);
    expect(await queue.stats("ingest")).toMatchObject({ visible: 1, dead: 0 });
  });

  test("wakes a waiting receiver at the moment a delayed message becomes visible", async () => {
    const queue = open({ clock: fastClock(5) });
    await queue.send("ingest", [{ body: "in a second", delaySec: 1 }]);
    const startedAt = performance.now();
    const messages = await queue.receive("ingest", { max: 10, waitSec: 20, visibilitySec: 30 });
    expect(messages).toMatchObject([{ body: "in a second" }]);
    // Long before its wait is over, which takes 4 s on this clock.
    expect(performance.now() - startedAt).toBeLessThan(3_500);
  });

  test("does not wait for a clock that stands still", async () => {
    const queue = open({ clock: setClock("2026-11-20T10:00:00Z") });
    await queue.send("ingest", [{ body: "later", delaySec: 1 }]);
    expect(await queue.receive("ingest", { max: 10, waitSec: 20, visibilitySec: 30 })).toEqual([]);
  });

  test("wakes a waiting receiver when another connection sends", async () => {
    const receiver = open();
    const waiting = receiver.receive("ingest", { max: 10, waitSec: 20, visibilitySec: 30 });
    const startedAt = performance.now();
    await open().send("ingest", [{ body: "from elsewhere" }]);
    expect(await waiting).toMatchObject([{ body: "from elsewhere" }]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test("ends waits when it is closed and refuses what comes after", async () => {
    const queue = open();
    const waiting = queue.receive("ingest", { max: 10, waitSec: 20, visibilitySec: 30 });
    queue.close();
    queue.close();
    expect(await waiting).toEqual([]);
    await expect(queue.send("ingest", [{ body: "too late" }])).rejects.toThrow("the queue is closed");
    await expect(look(queue)).rejects.toThrow("the queue is closed");
  });

  test("keeps what it has on a full disk and works again when there is room", async () => {
    const queue = open({ maxFileBytes: 512 * 1024 });
    const acknowledged: string[] = [];
    const fill = async (): Promise<void> => {
      for (let number = 0; ; number += 1) {
        const body = `${number} ${"x".repeat(8 * 1024)}`;
        await queue.send("ingest", [{ body }]);
        acknowledged.push(body);
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: "queue.full_disk" });
    expect(acknowledged.length).toBeGreaterThan(30);

    const group = Array.from({ length: 20 }, () => ({ body: "y".repeat(8 * 1024) }));
    const failure = await queue.send("ingest", group).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(VendorError);
    expect(failure).toMatchObject({ message: expect.stringContaining("DATA_DIR") });
    expect((await queue.stats("ingest")).visible).toBe(acknowledged.length);

    const elsewhere = open();
    const left: string[] = [];
    for (;;) {
      const messages = await look(elsewhere);
      if (messages.length === 0) break;
      left.push(...messages.map(({ body }) => body));
      await elsewhere.delete(
        "ingest",
        messages.map(({ handle }) => handle),
      );
    }
    expect(left).toEqual(acknowledged);

    await queue.send("ingest", group);
    expect(await look(queue)).toHaveLength(10);
  });

  test("keeps nothing of a group that did not fit as a whole", async () => {
    const queue = open({ maxFileBytes: 512 * 1024 });
    const group = Array.from({ length: 100 }, () => ({ body: "x".repeat(8 * 1024) }));
    await expect(queue.send("ingest", group)).rejects.toMatchObject({ code: "queue.full_disk" });
    expect((await queue.stats("ingest")).visible).toBe(0);
    await queue.send("ingest", group.slice(0, 30));
    expect((await queue.stats("ingest")).visible).toBe(30);
  });

  test("says who is in the way when another process holds the file, and works again afterwards", async () => {
    const queue = open({ busyTimeoutMs: 20 });
    await queue.send("ingest", [{ body: "before" }]);
    const holder = new DatabaseSync(file);
    holder.exec("BEGIN IMMEDIATE");
    const failure = await queue.send("ingest", [{ body: "during" }]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(VendorError);
    expect(failure).toMatchObject({ code: "queue.busy" });
    await expect(look(queue)).rejects.toMatchObject({ code: "queue.busy" });
    expect((await queue.stats("ingest")).visible).toBe(1);
    holder.exec("ROLLBACK");
    holder.close();
    await queue.send("ingest", [{ body: "after" }]);
    expect((await look(queue)).map(({ body }) => body)).toEqual(["before", "after"]);
  });

  test.each([
    ["a text file", (path: string) => writeFile(path, "this is no database at all, really\n".repeat(100))],
    [
      "another program's database",
      async (path: string) => {
        const database = new DatabaseSync(path);
        database.exec("CREATE TABLE messages (text TEXT)");
        database.close();
      },
    ],
    [
      "a queue that was cut short",
      async (path: string) => {
        const queue = sqliteQueue({ file: path, queues });
        await queue.send("ingest", [{ body: "x".repeat(100_000) }]);
        queue.close();
        await truncate(path, 10_000);
      },
    ],
  ])("refuses %s and names DATA_DIR", async (_oddity, make) => {
    await make(file);
    const queue = open();
    const failure = await look(queue).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure).toMatchObject({ code: "queue.damaged", message: expect.stringContaining("DATA_DIR") });
  });

  test("refuses a file of a newer version", async () => {
    const queue = open();
    await queue.send("ingest", [{ body: "old" }]);
    queue.close();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 2");
    database.close();
    await expect(look(open())).rejects.toMatchObject({ code: "queue.newer_version" });
  });

  test("names DATA_DIR when its folder cannot be made, and tries again at the next call", async () => {
    const blocked = join(folder, "data");
    await writeFile(blocked, "a file where the folder goes");
    const queue = open({ file: join(blocked, "queue.sqlite") });
    const refusal = { code: "queue.not_writable", message: expect.stringContaining("DATA_DIR") };
    await expect(queue.send("ingest", [{ body: "early" }])).rejects.toMatchObject(refusal);
    await rm(blocked);
    await queue.send("ingest", [{ body: "mended" }]);
    expect(await look(queue)).toMatchObject([{ body: "mended" }]);
  });
});
