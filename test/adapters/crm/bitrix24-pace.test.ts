import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bitrix24 } from "../../../adapters/crm/bitrix24.ts";
import { type Bitrix24Pace, bitrix24Pace } from "../../../adapters/crm/bitrix24-pace.ts";
import { bitrix24Rest } from "../../../adapters/crm/bitrix24-rest.ts";
import { fastClock, setClock, systemClock } from "../../../core/clock.ts";
import { RetryLaterError } from "../../../core/errors.ts";

const START = new Date("2026-11-20T10:00:00Z");
const webhookUrl = "https://demo.bitrix24.ru/rest/1/s3cretInThePath/";

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const elapsedSec = () => (Date.now() - START.getTime()) / 1000;
const passSec = (sec: number) => vi.advanceTimersByTimeAsync(sec * 1000);

/** A portal that notes when each request came and answers as it is told; left out: with nothing found. */
function scriptedPortal(answer: (index: number) => Response = () => Response.json({ result: [] })) {
  const arrived: { id: number; atSec: number }[] = [];
  const fetch = async (_url: string | URL | Request, init?: RequestInit) => {
    arrived.push({ id: JSON.parse(String(init?.body)).ID, atSec: elapsedSec() });
    return answer(arrived.length - 1);
  };
  return { arrived, fetch: fetch as typeof globalThis.fetch };
}

const limitExceeded = () => Response.json({ error: "QUERY_LIMIT_EXCEEDED" }, { status: 503 });

/** Numbered turns, as they came up. */
function turns(pace: Bitrix24Pace) {
  const taken: { id: number; atSec: number }[] = [];
  const take = (id: number, signal?: AbortSignal) =>
    pace.turn(signal).then(() => void taken.push({ id, atSec: elapsedSec() }));
  return { taken, take };
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

describe("a hundred requests at once", () => {
  it("reach the portal in their order, forty at once and then two a second", async () => {
    const { arrived, fetch } = scriptedPortal();
    const rest = bitrix24Rest({ webhookUrl, fetch });
    const calls = Promise.all(numbers(100).map((ID) => rest.call("user.get", { ID })));
    await passSec(30);
    expect(await calls).toHaveLength(100);
    expect(arrived.map(({ id }) => id)).toEqual(numbers(100));
    expect(arrived.map(({ atSec }) => atSec)).toEqual(
      numbers(100).map((index) => Math.max(0, (index - 39) / 2)),
    );
  });

  it("never fill a bucket of forty that drains at two a second, whatever came before", async () => {
    const { arrived, fetch } = scriptedPortal();
    const rest = bitrix24Rest({ webhookUrl, fetch });
    const calls: Promise<unknown>[] = [];
    for (const [sec, count] of [
      [0, 25],
      [3.3, 30],
      [0.2, 1],
      [40, 60],
      [7.1, 20],
    ] as const) {
      await passSec(sec);
      calls.push(...numbers(count).map((ID) => rest.call("user.get", { ID })));
    }
    await passSec(60);
    expect(await Promise.all(calls)).toHaveLength(136);
    // Whatever stretch of time is looked at: what came in it, less what drained in it.
    const levels = arrived.flatMap((first, from) =>
      arrived.slice(from).map((last, index) => index + 1 - 2 * (last.atSec - first.atSec)),
    );
    expect(Math.max(...levels)).toBeCloseTo(40, 6);
  });

  it("and one more: that one is told to come later, and takes no turn from the others", async () => {
    const { arrived, fetch } = scriptedPortal();
    const rest = bitrix24Rest({ webhookUrl, fetch });
    const calls = Promise.all(numbers(100).map((ID) => rest.call("user.get", { ID })));
    const error = await rest.call("user.get", { ID: 100 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(error).toMatchObject({ code: "crm.paced", afterSec: 31 });
    await passSec(30);
    await calls;
    expect(arrived).toHaveLength(100);
    expect(elapsedSec()).toBe(30);
  });

  it("on a fast clock take as much less real time", async () => {
    vi.useRealTimers();
    const { arrived, fetch } = scriptedPortal();
    const rest = bitrix24Rest({ webhookUrl, fetch, clock: fastClock(300) });
    const begun = performance.now();
    await Promise.all(numbers(100).map((ID) => rest.call("user.get", { ID })));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(95);
    expect(arrived.map(({ id }) => id)).toEqual(numbers(100));
  });

  it("do not wait for a clock that stands still until it is moved", async () => {
    const { arrived, fetch } = scriptedPortal();
    const rest = bitrix24Rest({ webhookUrl, fetch, clock: setClock(START) });
    const calls = Promise.all(numbers(100).map((ID) => rest.call("user.get", { ID })));
    await passSec(1);
    await calls;
    expect(arrived.map(({ id }) => id)).toEqual(numbers(100));
  });
});

describe("a turn", () => {
  it("comes at once again when the bucket has drained", async () => {
    const { taken, take } = turns(bitrix24Pace(systemClock));
    await Promise.all(numbers(40).map((id) => take(id)));
    await passSec(5);
    await Promise.all(numbers(10).map((id) => take(id)));
    expect(taken.slice(40).every(({ atSec }) => atSec === 5)).toBe(true);
    const next = take(50);
    await passSec(0.5);
    await next;
    expect(taken.at(-1)).toEqual({ id: 50, atSec: 5.5 });
  });

  it("of one who went away is the next one's", async () => {
    const { taken, take } = turns(bitrix24Pace(systemClock));
    await Promise.all(numbers(40).map((id) => take(id)));
    const impatient = new AbortController();
    const waiting = [take(40, impatient.signal), take(41), take(42, impatient.signal), take(43)];
    const settled = Promise.allSettled(waiting);
    await passSec(0.2);
    impatient.abort(new Error("no more time"));
    await passSec(0.8);
    expect((await settled).map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(taken.slice(40)).toEqual([
      { id: 41, atSec: 0.5 },
      { id: 43, atSec: 1 },
    ]);
  });

  it("that nobody waits for any more is not counted", async () => {
    const { taken, take } = turns(bitrix24Pace(systemClock));
    await Promise.all(numbers(40).map((id) => take(id)));
    const impatient = new AbortController();
    const settled = Promise.allSettled([take(40, impatient.signal)]);
    impatient.abort();
    await settled;
    await passSec(0.5);
    await take(41);
    expect(taken.at(-1)).toEqual({ id: 41, atSec: 0.5 });
  });

  it("is not snatched by a newcomer when the process was too busy to call the first in line", async () => {
    const { taken, take } = turns(bitrix24Pace(systemClock));
    await Promise.all(numbers(40).map((id) => take(id)));
    const waiting = [take(40)];
    vi.setSystemTime(START.getTime() + 5000);
    waiting.push(take(41));
    await passSec(1);
    await Promise.all(waiting);
    expect(taken.slice(40).map(({ id }) => id)).toEqual([40, 41]);
  });

  it("is refused to one who has gone already, and nothing is counted", async () => {
    const { taken, take } = turns(bitrix24Pace(systemClock));
    await expect(take(0, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
    await Promise.all(numbers(40).map((id) => take(id)));
    expect(taken.every(({ atSec }) => atSec === 0)).toBe(true);
  });

  it("that has come is not taken back by a signal", async () => {
    const { taken, take } = turns(bitrix24Pace(systemClock));
    await Promise.all(numbers(40).map((id) => take(id)));
    const late = new AbortController();
    const waiting = [take(40, late.signal), take(41)];
    await passSec(0.5);
    late.abort();
    await passSec(0.5);
    await Promise.all(waiting);
    expect(taken.slice(40).map(({ id }) => id)).toEqual([40, 41]);
  });

  it("does not get lost when the clock is set back", async () => {
    const { taken, take } = turns(bitrix24Pace(systemClock));
    await Promise.all(numbers(40).map((id) => take(id)));
    vi.setSystemTime(START.getTime() - 3_600_000);
    const next = take(40);
    await passSec(0.5);
    await next;
    expect(taken).toHaveLength(41);
  });
});

describe("a portal that has counted more than we have", () => {
  it("gets no burst after its refusal", async () => {
    const { arrived, fetch } = scriptedPortal((index) =>
      index === 0 ? limitExceeded() : Response.json({ result: [] }),
    );
    const rest = bitrix24Rest({ webhookUrl, fetch });
    await expect(rest.call("user.get", { ID: 0 })).rejects.toMatchObject({ code: "crm.paced" });
    const calls = Promise.all(numbers(4, 1).map((ID) => rest.call("user.get", { ID })));
    await passSec(2);
    await calls;
    expect(arrived.map(({ atSec }) => atSec)).toEqual([0, 0.5, 1, 1.5, 2]);
  });

  it("is not mistaken for one that is down or has spent its time for a method", async () => {
    const answers = [
      Response.json({ error: "OPERATION_TIME_LIMIT" }, { status: 429 }),
      new Response("<html>", { status: 503 }),
    ];
    const { arrived, fetch } = scriptedPortal((index) => answers[index] ?? Response.json({ result: [] }));
    const rest = bitrix24Rest({ webhookUrl, fetch });
    for (const _ of answers) await expect(rest.call("user.get", {})).rejects.toThrow();
    await Promise.all(numbers(38).map((ID) => rest.call("user.get", { ID })));
    expect(arrived.every(({ atSec }) => atSec === 0)).toBe(true);
  });
});

describe("what is counted", () => {
  it("is a request that is redirected, twice", async () => {
    const moved = () =>
      new Response(null, { status: 302, headers: { location: "https://new.bitrix24.ru/" } });
    const { arrived, fetch } = scriptedPortal((index) =>
      index % 2 === 0 ? moved() : Response.json({ result: [] }),
    );
    const rest = bitrix24Rest({ webhookUrl, fetch });
    for (const ID of numbers(20)) await rest.call("user.get", { ID });
    const next = rest.call("user.get", { ID: 20 });
    await passSec(1);
    await next;
    expect(arrived.slice(40).map(({ atSec }) => atSec)).toEqual([0.5, 1]);
  });

  it("is not the download of a recording", async () => {
    const fetch = vi.fn(async () => new Response("sound", { headers: { "content-type": "audio/mpeg" } }));
    const crm = bitrix24({
      webhookUrl,
      fetch,
      lookup: async () => ["93.184.215.14"],
    });
    const url = "https://demo.bitrix24.ru/disk/downloadFile/1/";
    for (const _ of numbers(60)) await (await crm.openRecording({ url }))?.body.cancel();
    // No time has passed: the sixty-first request would still be waiting.
    expect(fetch).toHaveBeenCalledTimes(60);
  });

  it("is shared by clients that are given one pace", async () => {
    const { arrived, fetch } = scriptedPortal();
    const pace = bitrix24Pace(systemClock);
    const [one, other] = [
      bitrix24Rest({ webhookUrl, fetch, pace }),
      bitrix24Rest({ webhookUrl, fetch, pace }),
    ];
    await Promise.all(numbers(40).map((ID) => one.call("user.get", { ID })));
    const next = other.call("user.get", { ID: 40 });
    await passSec(0.5);
    await next;
    expect(arrived.at(-1)).toEqual({ id: 40, atSec: 0.5 });
  });
});
