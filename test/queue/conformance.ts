import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type {
  QueueAdmin,
  QueueDefinition,
  QueueReceiver,
  QueueSender,
  ReceivedMessage,
} from "../../core/ports/queue.ts";

export type Queue = QueueSender & QueueReceiver & QueueAdmin;

/** How one driver is set up, and how time passes for it. */
export interface QueueFixture {
  /** Fresh and empty. */
  open(queues: readonly QueueDefinition[]): Promise<Queue>;
  close(): Promise<void>;
  /** A clock that is set moves at once. A server of its own has real time: nothing to do, the long poll after it waits. */
  pass(sec: number): void;
  /** What the server makes of characters beyond U+FFFF; an emulator may refuse what SQS carries. */
  astralCharacters: "carried" | "refused by the server";
  /** Whether it says since when a message waits in line. */
  waitingSince: "told" | "not told";
}

const names = ["ingest", "score"] as const;
const definitions: QueueDefinition[] = names.map((name) => ({ name, visibilitySec: 30, maxReceiveCount: 2 }));

/** The promises of the queue port, held by every driver and by the fake. */
export function queueConformance(driver: string, createFixture: () => QueueFixture): void {
  describe(`${driver} as a queue`, () => {
    let fixture: QueueFixture;
    let queue: Queue;

    beforeEach(async () => {
      fixture = createFixture();
      queue = await fixture.open(definitions);
    });
    afterEach(() => fixture.close());

    const send = (...bodies: string[]): Promise<void> =>
      queue.send(
        "ingest",
        bodies.map((body) => ({ body })),
      );
    const look = (visibilitySec = 30, max = 10): Promise<ReceivedMessage[]> =>
      queue.receive("ingest", { max, waitSec: 0, visibilitySec });
    /** Waits for what becomes visible within some seconds of the queue's own time. */
    const wait = (visibilitySec = 30): Promise<ReceivedMessage[]> =>
      queue.receive("ingest", { max: 10, waitSec: 5, visibilitySec });
    const one = (messages: ReceivedMessage[]): ReceivedMessage => {
      expect(messages).toHaveLength(1);
      return messages[0]!;
    };
    /** Received as often as it may be, it dies at the next look. */
    const kill = async (body: string): Promise<void> => {
      await send(body);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        await queue.changeVisibility("ingest", one(await look()).handle, 0);
      }
      expect(await look()).toEqual([]);
    };

    test("gives a sent message once and forgets it when it is deleted", async () => {
      await send("call.ended");
      const message = one(await look());
      expect(message.body).toBe("call.ended");
      expect(message.receiveCount).toBe(1);
      expect(message.id).not.toBe("");
      expect(message.sentAt.getTime()).toBeLessThanOrEqual(message.firstReceivedAt.getTime());
      expect(await look()).toEqual([]);
      await queue.delete("ingest", [message.handle]);
      expect(await queue.stats("ingest")).toEqual({ visible: 0, delayed: 0, inFlight: 0, dead: 0 });
    });

    test("keeps queues apart", async () => {
      await send("for ingest");
      expect(await queue.receive("score", { max: 10, waitSec: 0, visibilitySec: 30 })).toEqual([]);
      expect(one(await look()).body).toBe("for ingest");
    });

    test("carries 25 messages of one sending and gives at most as many as asked for", async () => {
      const bodies = Array.from({ length: 25 }, (_, number) => `call ${number}`);
      await send(...bodies);
      const received: ReceivedMessage[] = [];
      for (const expected of [10, 10, 5]) {
        const messages = await look();
        expect(messages).toHaveLength(expected);
        received.push(...messages);
      }
      expect(received.map(({ body }) => body).sort()).toEqual([...bodies].sort());
      expect(new Set(received.map(({ id }) => id)).size).toBe(25);
      await queue.delete(
        "ingest",
        received.map(({ handle }) => handle),
      );
      expect((await queue.stats("ingest")).inFlight).toBe(0);
    });

    test("carries a group of messages that together are larger than one message may be", async () => {
      const bodies = ["а", "б", "в"].map((letter) => letter.repeat(100 * 1024));
      await send(...bodies);
      expect((await look()).map(({ body }) => body).sort()).toEqual(bodies);
    });

    test("sends and deletes nothing when given nothing", async () => {
      await queue.send("ingest", []);
      await queue.delete("ingest", []);
      expect(await queue.stats("ingest")).toEqual({ visible: 0, delayed: 0, inFlight: 0, dead: 0 });
    });

    test("says since when a message waits in line, where it can", async () => {
      expect(await queue.waitingSince("ingest")).toBeNull();
      await queue.send("ingest", [{ body: "later", delaySec: 60 }]);
      expect(await queue.waitingSince("ingest")).toBeNull();
      await send("now");
      const since = await queue.waitingSince("ingest");
      fixture.pass(5);
      expect(await queue.waitingSince("ingest")).toEqual(since);
      expect(since === null).toBe(fixture.waitingSince === "not told");
      const { sentAt } = one(await look());
      expect(since ?? sentAt).toEqual(sentAt);
    });

    test("holds a delayed message back until its delay has passed", async () => {
      await queue.send("ingest", [{ body: "later", delaySec: 1 }, { body: "now" }]);
      expect(one(await look()).body).toBe("now");
      expect(await queue.stats("ingest")).toEqual({ visible: 0, delayed: 1, inFlight: 1, dead: 0 });
      fixture.pass(1);
      expect(one(await wait()).body).toBe("later");
    });

    test("gives a message again when its visibility has passed, and counts", async () => {
      await send("again");
      const first = one(await look(1));
      fixture.pass(1);
      const second = one(await wait());
      expect(second).toMatchObject({ id: first.id, body: "again", receiveCount: 2 });
      expect(second.handle).not.toBe(first.handle);
      expect(second.sentAt).toEqual(first.sentAt);
      expect(second.firstReceivedAt).toEqual(first.firstReceivedAt);
    });

    test("gives a message back at once when its visibility is set to 0", async () => {
      await send("back");
      await queue.changeVisibility("ingest", one(await look()).handle, 0);
      expect(one(await look()).receiveCount).toBe(2);
    });

    test("gives a message that is not hidden once in an answer and again in the next", async () => {
      await send("in the open");
      expect(one(await look(0)).receiveCount).toBe(1);
      expect(one(await wait(0)).receiveCount).toBe(2);
    });

    test("hides a message for longer when asked to", async () => {
      await send("slow");
      const message = one(await look(1));
      await queue.changeVisibility("ingest", message.handle, 3);
      await send("next");
      fixture.pass(2);
      expect(one(await wait()).body).toBe("next");
      expect((await queue.stats("ingest")).inFlight).toBe(2);
    });

    test("ignores a stale handle", async () => {
      await send("kept");
      const stale = one(await look());
      await queue.changeVisibility("ingest", stale.handle, 0);
      const current = one(await look());
      await queue.delete("ingest", [stale.handle]);
      await queue.changeVisibility("ingest", stale.handle, 0);
      expect(await look()).toEqual([]);
      expect((await queue.stats("ingest")).inFlight).toBe(1);
      await queue.delete("ingest", [current.handle]);
      await queue.changeVisibility("ingest", current.handle, 10);
      await queue.delete("ingest", [current.handle]);
      expect((await queue.stats("ingest")).inFlight).toBe(0);
    });

    test("moves a message that was received too often to the dead letters, with the time it was sent", async () => {
      await send("poison");
      const first = one(await look());
      await queue.changeVisibility("ingest", first.handle, 0);
      await queue.changeVisibility("ingest", one(await look()).handle, 0);
      expect((await queue.stats("ingest")).dead).toBe(0);
      fixture.pass(60);
      expect(await look()).toEqual([]);
      expect(await queue.stats("ingest")).toEqual({ visible: 0, delayed: 0, inFlight: 0, dead: 1 });
      const letters = await queue.deadLetters("ingest", 10);
      expect(letters).toMatchObject([{ body: "poison", sentAt: first.sentAt }]);
    });

    test("shows dead letters and leaves them where they are", async () => {
      await kill("first");
      await kill("second");
      expect(await queue.deadLetters("ingest", 1)).toHaveLength(1);
      const letters = await queue.deadLetters("ingest", 10);
      expect(letters.map(({ body }) => body)).toEqual(["first", "second"]);
      expect((await queue.stats("ingest")).dead).toBe(2);
      expect(await queue.deadLetters("score", 10)).toEqual([]);
    });

    test("redrives dead letters with all their attempts back", async () => {
      await kill("mended 1");
      await kill("mended 2");
      expect(await queue.redrive("ingest")).toBe(2);
      expect(await queue.deadLetters("ingest", 10)).toEqual([]);
      const messages = await look();
      expect(messages.map(({ body }) => body).sort()).toEqual(["mended 1", "mended 2"]);
      expect(messages.map(({ receiveCount }) => receiveCount)).toEqual([1, 1]);
      for (const { handle } of messages) await queue.changeVisibility("ingest", handle, 0);
      expect((await look()).map(({ receiveCount }) => receiveCount)).toEqual([2, 2]);
      expect(await queue.redrive("score")).toBe(0);
    });

    test.each([
      ["Cyrillic", "Ёлкин-Щукин сказал: «да»"],
      ["markup", `<b>&amp;</b> 'quotes' "and" \\ %D0%B0+b=c&d`],
      ["white space", " \t line\r\nbreak \n"],
      ["right-to-left marks and U+FFFD", "\u202Eabc\u202C \uFFFD"],
    ])("carries %s as it is", async (_oddity, body) => {
      await send(body);
      expect(one(await look()).body).toBe(body);
    });

    test("carries emoji as they are", async () => {
      const body = "спасибо 👍🏽 👨‍👩‍👧 🇷🇺";
      if (fixture.astralCharacters === "carried") {
        await send(body);
        expect(one(await look()).body).toBe(body);
      } else {
        // The driver passed them on; what a server refuses is an error of its own, never a silent loss.
        await expect(send(body)).rejects.toMatchObject({ code: "queue.partly_failed" });
      }
    });

    test.each([
      ["a NUL", "\u0000"],
      ["a bell", "ding\u0007"],
      ["an escape sequence", "\u001B[31mred"],
      ["U+FFFE", "\uFFFE"],
      ["the first half of an emoji", "cut \uD83D"],
      ["the second half of an emoji", "\uDC4D cut"],
      ["nothing", ""],
    ])("refuses a body with %s before anything is sent", async (_oddity, body) => {
      await expect(send("good", body)).rejects.toThrow(RangeError);
      expect((await queue.stats("ingest")).visible).toBe(0);
    });

    test("carries 256 KiB of UTF-8 and refuses a byte more", async () => {
      const largest = "ы".repeat(128 * 1024);
      await send(largest);
      expect(one(await look()).body).toBe(largest);
      await expect(send(`${largest}.`)).rejects.toThrow(RangeError);
    });

    test.each([-1, 901, Number.NaN])("refuses a delay of %d s", async (delaySec) => {
      await expect(queue.send("ingest", [{ body: "late", delaySec }])).rejects.toThrow(RangeError);
    });

    test.each([-1, 43_201])("refuses a visibility of %d s", async (visibilitySec) => {
      await expect(look(visibilitySec)).rejects.toThrow(RangeError);
      await expect(queue.changeVisibility("ingest", "handle", visibilitySec)).rejects.toThrow(RangeError);
    });

    test("rounds a broken delay up to whole seconds", async () => {
      await queue.send("ingest", [{ body: "not before", delaySec: 0.4 }]);
      expect((await queue.stats("ingest")).delayed).toBe(1);
      fixture.pass(1);
      expect(one(await wait()).body).toBe("not before");
    });

    test.each([0, 11, 1.5])("refuses to receive %d messages", async (max) => {
      await expect(look(30, max)).rejects.toThrow(RangeError);
    });

    test("names the queues there are when asked for another", async () => {
      const unknown = { code: "queue.unknown", message: expect.stringContaining("ingest, score") };
      await expect(queue.send("ingset", [{ body: "lost" }])).rejects.toMatchObject(unknown);
      await expect(queue.receive("ingset", { max: 1, waitSec: 0, visibilitySec: 1 })).rejects.toMatchObject(
        unknown,
      );
      await expect(queue.redrive("ingset")).rejects.toMatchObject(unknown);
    });

    test("wakes a waiting receiver when something is sent", async () => {
      const startedAt = performance.now();
      const waiting = queue.receive("ingest", { max: 10, waitSec: 20, visibilitySec: 30 });
      await send("wake up");
      expect(one(await waiting).body).toBe("wake up");
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    });

    test("wakes a waiting receiver when a message is given back", async () => {
      await send("returned");
      const { handle } = one(await look());
      const waiting = queue.receive("ingest", { max: 10, waitSec: 20, visibilitySec: 30 });
      await queue.changeVisibility("ingest", handle, 0);
      expect(one(await waiting).receiveCount).toBe(2);
    });

    test("waits in vain no longer than asked", async () => {
      const startedAt = performance.now();
      expect(await queue.receive("ingest", { max: 10, waitSec: 1, visibilitySec: 30 })).toEqual([]);
      expect(performance.now() - startedAt).toBeGreaterThan(900);
    });

    test("ends a wait with an empty answer when it is aborted", async () => {
      const stop = new AbortController();
      const waiting = queue.receive("ingest", {
        max: 10,
        waitSec: 20,
        visibilitySec: 30,
        signal: stop.signal,
      });
      // Another request and its answer: by then the wait is under way.
      await queue.stats("ingest");
      stop.abort();
      expect(await waiting).toEqual([]);
      await send("for nobody");
      const late = await queue.receive("ingest", {
        max: 10,
        waitSec: 20,
        visibilitySec: 30,
        signal: stop.signal,
      });
      expect(late).toEqual([]);
    });

    test("never gives a message to two receivers at once", async () => {
      const bodies = Array.from({ length: 40 }, (_, number) => `call ${number}`);
      await send(...bodies);
      const received: string[] = [];
      const work = async (): Promise<void> => {
        for (;;) {
          const messages = await look(30, 3);
          if (messages.length === 0) return;
          received.push(...messages.map(({ body }) => body));
        }
      };
      await Promise.all(Array.from({ length: 6 }, work));
      expect(received.sort()).toEqual([...bodies].sort());
    });
  });
}
