import { describe, expect, it } from "vitest";
import { ConfigurationError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import type { Store } from "../../../core/ports/store.ts";
import { pipeline } from "../../../events/pipeline.ts";
import { report } from "../../../functions/report/stage.ts";
import { memoryStore } from "../../fakes/store.ts";
import { readObject, run } from "../world.ts";
import { DAY, digestDue, reportWorld } from "./report-world.ts";

const MARKER = `reports/default/${DAY}/published/telegram.json`;

describe("a message of which nobody knows whether it was sent", () => {
  it.each([
    new VendorError("notify.failed", "the connection to Telegram failed"),
    new RetryLaterError("notify.rate_limited", 30, "in the middle of several messages"),
  ])(
    "comes again at the next delivery, and the marker counts it: $code [effects:visible-duplicate]",
    async (error) => {
      const world = reportWorld();
      // It arrives, and its answer does not.
      let sends = 0;
      const deaf = {
        send: async (...given: Parameters<typeof world.telegram.send>) => {
          sends += 1;
          const sent = await world.telegram.send(...given);
          if (sends === 1) throw error;
          return sent;
        },
      };
      const ports = { ...world, notifier: async () => deaf };
      expect(await run(report, digestDue(), ports)).toMatchObject([{ outcome: "later", code: error.code }]);
      expect(await run(report, digestDue(), ports)).toMatchObject([{ outcome: "done" }]);
      expect(world.telegram.sent).toHaveLength(2);
      expect(await readObject(world.store, MARKER)).toMatchObject({
        state: "done",
        attempts: 2,
        result: { messageIds: ["message-2"] },
      });
    },
  );
});

describe("a message that was surely not sent", () => {
  it.each([
    new RetryLaterError("notify.paused", 60, "Telegram is not asked at the moment"),
    new ConfigurationError("notify.chat_unreachable", "check TELEGRAM_CHAT_ID"),
  ])("is no attempt: $code", async (error) => {
    const world = reportWorld();
    world.telegram.fail(error);
    await run(report, digestDue(), world);
    await run(report, digestDue(), world);
    expect(await readObject(world.store, MARKER)).toMatchObject({ state: "done", attempts: 1 });
  });

  it("because the digest could not be made is no attempt", async () => {
    const world = reportWorld();
    const broken = { ...world, settingsOf: () => Promise.reject(new Error("no settings")) };
    await expect(run(report, digestDue(), broken)).rejects.toThrow("no settings");
    expect(await readObject(world.store, MARKER)).toEqual({ state: "free", attempts: 0 });
  });
});

describe("the marker of a message that was sent", () => {
  async function withFailures(count: number) {
    const store = memoryStore();
    let failures = 0;
    const flaky: Store = {
      ...store,
      put: async (key, body, ...rest) => {
        if (key === MARKER && String(body).includes('"done"') && failures < count) {
          failures += 1;
          throw new VendorError("store.unreachable", "the bucket's host does not answer");
        }
        return store.put(key, body, ...rest);
      },
    };
    return reportWorld({ store: flaky });
  }

  it("is written although the bucket fails for a moment, and nothing comes twice [effects:receipt-insists]", async () => {
    const world = await withFailures(4);
    expect(await run(report, digestDue(), world)).toMatchObject([{ outcome: "done" }]);
    await run(report, digestDue(), world);
    expect(world.telegram.sent).toHaveLength(1);
  });

  it("that cannot be written keeps others out until the lease ends, then the message comes twice", async () => {
    const world = await withFailures(5);
    expect(await run(report, digestDue(), world)).toMatchObject([{ code: "store.unreachable" }]);
    expect(await run(report, digestDue(), world)).toMatchObject([{ code: "claim.held" }]);
    expect(world.telegram.sent).toHaveLength(1);
    world.clock.advance(pipeline.report.timeoutSec + 10);
    expect(await run(report, digestDue(), world)).toMatchObject([{ outcome: "done" }]);
    expect(world.telegram.sent).toHaveLength(2);
    expect(await readObject(world.store, MARKER)).toMatchObject({ attempts: 2 });
  });
});
