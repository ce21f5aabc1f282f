import { beforeEach, describe, expect, it } from "vitest";
import { vendorHealthKey } from "../../core/bucket-layout.ts";
import { setClock } from "../../core/clock.ts";
import { ConfigurationError, PermanentError, RetryLaterError, VendorError } from "../../core/errors.ts";
import { guarded, type HealthNews } from "../../core/guarded-vendor.ts";
import { readJson } from "../../core/store-json.ts";
import { endPauses, readVendorHealth, VendorHealth } from "../../core/vendor-health.ts";
import { memoryStore } from "../fakes/store.ts";

const REFUSED = () => new ConfigurationError("speech.no_money", "top the account up");
const DOWN = () => new VendorError("speech.unavailable", "it answered 500");

let clock: ReturnType<typeof setClock>;
let store: ReturnType<typeof memoryStore>;
let told: HealthNews[];
/** What the vendor answers with; undefined: well. */
let answers: (() => Error) | undefined;
let asked: string[];

interface Vendor {
  readonly name: string;
  start(file: string): Promise<string>;
  result(): Promise<string>;
  list(): AsyncIterable<number>;
}

/** One process' view of the vendor. */
function open(): Vendor {
  const vendor: Vendor = {
    name: "salutespeech",
    async start(file) {
      asked.push("start");
      if (answers) throw answers();
      return `task of ${file}`;
    },
    async result() {
      asked.push("result");
      return "done";
    },
    async *list() {
      asked.push("list");
      yield 1;
      if (answers) throw answers();
      yield 2;
    },
  };
  return guarded(vendor, {
    vendor: "speech",
    tenant: "default",
    store,
    clock,
    announce: async (news) => void told.push(news),
  });
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const pausedFor = async (vendor: Vendor, code = "speech.paused") => {
  const error = await failure(vendor.start("a"));
  expect(error).toBeInstanceOf(RetryLaterError);
  expect((error as RetryLaterError).code).toBe(code);
  return (error as RetryLaterError).afterSec;
};

beforeEach(() => {
  clock = setClock("2026-11-20T10:00:00Z");
  store = memoryStore();
  told = [];
  answers = undefined;
  asked = [];
});

describe("a vendor that refuses us", () => {
  it("is left alone after one refusal, by every process, and the supervisor is told once [vendor:refused-key]", async () => {
    const one = open();
    const other = open();
    answers = REFUSED;
    expect(await failure(one.start("a"))).toMatchObject({ code: "speech.no_money" });
    expect(await pausedFor(one)).toBe(10);
    expect(await pausedFor(other)).toBe(10);
    expect(asked).toEqual(["start"]);
    expect(told).toEqual([
      { kind: "paused", vendor: "speech", code: "speech.no_money", since: "2026-11-20T10:00:00.000Z" },
    ]);
  });

  it("is asked again in pauses that grow to a quarter of an hour", async () => {
    const vendor = open();
    answers = REFUSED;
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      expect(await failure(vendor.start("a"))).toMatchObject({ code: "speech.no_money" });
      const afterSec = await pausedFor(vendor);
      pauses.push(afterSec);
      clock.advance(afterSec);
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 640, 900, 900]);
    expect(told).toHaveLength(1);
  });

  it("is well again after the first success of what had failed, and that is told once", async () => {
    const vendor = open();
    answers = REFUSED;
    await failure(vendor.start("a"));
    answers = undefined;
    clock.advance(10);
    // Something else that works proves nothing.
    expect(await vendor.result()).toBe("done");
    expect(told).toHaveLength(1);
    expect(await vendor.start("b")).toBe("task of b");
    expect(await vendor.start("c")).toBe("task of c");
    expect(told.slice(1)).toEqual([
      { kind: "recovered", vendor: "speech", since: "2026-11-20T10:00:00.000Z" },
    ]);
    expect(await readVendorHealth(store, "default")).toMatchObject([
      { vendor: "speech", state: "well", recoveredAt: "2026-11-20T10:00:10.000Z" },
    ]);
  });

  it("that goes to and fro is told of again only when it lasts", async () => {
    const vendor = open();
    for (let round = 0; round < 5; round++) {
      answers = REFUSED;
      await failure(vendor.start("a"));
      answers = undefined;
      clock.advance(60);
      await vendor.start("b");
    }
    expect(told.map(({ kind }) => kind)).toEqual(["paused", "recovered"]);
    answers = REFUSED;
    while (told.length === 2) {
      await failure(vendor.start("a"));
      clock.advance(await pausedFor(vendor));
    }
    expect(clock.now().getTime() - Date.parse(told[2]?.since ?? "")).toBeGreaterThanOrEqual(600_000);
  });

  it("is asked at once when the operator says that it is mended", async () => {
    const vendor = open();
    answers = REFUSED;
    for (let attempt = 0; attempt < 6; attempt++) {
      await failure(vendor.start("a"));
      clock.advance(await pausedFor(vendor));
    }
    await failure(vendor.start("a"));
    clock.advance(20);
    expect(await endPauses(store, "default", clock)).toEqual(["speech"]);
    answers = undefined;
    expect(await open().start("b")).toBe("task of b");
    expect(await endPauses(store, "default", clock)).toEqual([]);
  });
});

describe("a vendor that is down", () => {
  it("is left alone after three failures in a row, and told of when it lasts ten minutes", async () => {
    const vendor = open();
    answers = DOWN;
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(await failure(vendor.start("a"))).toMatchObject({ code: "speech.unavailable" });
    }
    expect(await pausedFor(vendor)).toBe(10);
    expect(told).toEqual([]);
    while (told.length === 0) {
      clock.advance(await pausedFor(vendor));
      await failure(vendor.start("a"));
    }
    expect(told).toEqual([
      { kind: "paused", vendor: "speech", code: "speech.unavailable", since: "2026-11-20T10:00:00.000Z" },
    ]);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse("2026-11-20T10:10:00Z"));
  });

  it("once or twice is an accident", async () => {
    const vendor = open();
    for (let round = 0; round < 5; round++) {
      answers = DOWN;
      await failure(vendor.start("a"));
      await failure(vendor.start("a"));
      answers = undefined;
      expect(await vendor.start("b")).toBe("task of b");
    }
    expect(await readVendorHealth(store, "default")).toEqual([]);
  });

  it("counts five requests that fail together as one failure", async () => {
    const vendor = open();
    answers = DOWN;
    await Promise.all(Array.from({ length: 8 }, () => failure(vendor.start("a"))));
    const health = await readJson(store, vendorHealthKey("default", "speech"), VendorHealth);
    expect(health?.value).toMatchObject({ state: "failing", failures: 1 });
  });
});

describe("a vendor that wants a pause", () => {
  it("gets it from every request of the process, for as long as it said [vendor:retry-after]", async () => {
    const vendor = open();
    answers = () => new RetryLaterError("speech.rate_limited", 42, "too many requests");
    expect(await failure(vendor.start("a"))).toMatchObject({ code: "speech.rate_limited", afterSec: 42 });
    answers = undefined;
    expect(await pausedFor(vendor, "speech.rate_limited")).toBe(42);
    clock.advance(41);
    expect(await pausedFor(vendor, "speech.rate_limited")).toBe(1);
    clock.advance(1);
    expect(await vendor.start("a")).toBe("task of a");
    expect(told).toEqual([]);
  });
});

describe("what says nothing about the vendor", () => {
  it.each([
    ["a call that it cannot work on", () => new PermanentError("speech.undecodable", "no")],
    ["one file without rights", () => new ConfigurationError("crm.recording_forbidden", "no")],
    ["a fault of our own", () => new TypeError("no")],
    ["an answer for later", () => new RetryLaterError("speech.running", 5, "not yet")],
  ])("%s pauses nobody", async (_what, error) => {
    const vendor = open();
    answers = error;
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await failure(vendor.start("a"))).toMatchObject({ message: error().message });
    }
    expect(asked).toHaveLength(5);
    expect(await readVendorHealth(store, "default")).toEqual([]);
  });
});

it("watches lists to their end and passes on what is no method", async () => {
  const vendor = open();
  expect(vendor.name).toBe("salutespeech");
  const seen: number[] = [];
  answers = REFUSED;
  const read = async () => {
    for await (const one of vendor.list()) seen.push(one);
  };
  expect(await failure(read())).toMatchObject({ code: "speech.no_money" });
  expect(await failure(read())).toMatchObject({ code: "speech.paused" });
  expect(seen).toEqual([1]);
  expect(asked).toEqual(["list"]);
});

it("goes on when the bucket cannot keep the news", async () => {
  const broken = {
    ...memoryStore(),
    put: () => Promise.reject(new VendorError("store.unavailable", "down")),
  };
  store = broken as ReturnType<typeof memoryStore>;
  const vendor = open();
  answers = REFUSED;
  expect(await failure(vendor.start("a"))).toMatchObject({ code: "speech.no_money" });
});
