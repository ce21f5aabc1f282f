import { describe, expect, it } from "vitest";
import { digestKey, digestSentKey, scheduleKey } from "../../../core/bucket-layout.ts";
import { readText, writeJson } from "../../../core/store-json.ts";
import { scheduleWorld } from "./schedule-world.ts";

/** Where no zone is named, digests are due at 19:00 in Moscow: 16:00 UTC. 2026-11-20 is a Friday. */

describe("the schedule of digests", () => {
  it("announces nothing on a fresh start, and nothing of today before its time", async () => {
    const { run, hasCall, due } = scheduleWorld();
    await hasCall("2026-11-19");
    expect(await run("2026-11-20T20:00:00Z")).toEqual({ counts: { due: 0, announced: 0 } });
    await run("2026-11-21T10:00:00Z");
    expect(await due()).toEqual([]);
  });

  it("announces each digest once, at its time, however often it runs", async () => {
    const { run, due } = scheduleWorld();
    for (let minute = 0; minute < 3 * 1440; minute += 5)
      await run(new Date(Date.parse("2026-11-17T12:02:00Z") + minute * 60_000));
    expect(await due()).toEqual(["2026-11-17", "2026-11-18", "2026-11-19"]);
  });

  it.each(["2026-11-20T15:59:59.001Z", "2026-11-20T16:00:00Z", "2026-11-20T16:04:59Z"])(
    "announces the day at %s",
    async (at) => {
      const { run, due } = scheduleWorld();
      await run("2026-11-20T15:55:00Z");
      expect(await run(at)).toEqual({ counts: { due: 1, announced: 1 } });
      await run(at);
      await run("2026-11-20T16:05:00Z");
      expect(await due()).toEqual(["2026-11-20"]);
    },
  );

  it("announces the digest of the company's own day", async () => {
    const { run, due } = scheduleWorld();
    const settings = { timeZone: "Asia/Vladivostok", digestAt: "18:30" };
    await run("2026-11-20T08:00:00Z", settings);
    await run("2026-11-20T08:30:00Z", settings);
    expect(await due()).toEqual(["2026-11-20"]);
  });

  it("announces in the morning the day before, on the first day of all what has been heard so far", async () => {
    const { run, hasCall, due } = scheduleWorld();
    const morning = { digestAt: "10:00" };
    await run("2026-11-19T12:00:00Z", morning);
    await hasCall("2026-11-20");
    await run("2026-11-20T07:00:00Z", morning);
    expect(await due()).toEqual(["2026-11-20"]);
    await run("2026-11-21T07:00:00Z", morning);
    await run("2026-11-22T07:00:00Z", morning);
    expect(await due()).toEqual(["2026-11-20", "2026-11-21"]);
  });

  it("says nothing of a week or a month in which nothing was heard", async () => {
    const { run, due } = scheduleWorld();
    const all = { digests: ["day" as const, "week" as const, "month" as const] };
    await run("2027-01-31T12:00:00Z", all);
    // The 1st of February 2027 is a Monday.
    expect(await run("2027-02-01T16:00:00Z", all)).toEqual({ counts: { due: 4, announced: 1 } });
    expect(await due()).toEqual(["2027-02-01"]);
  });

  it("announces on Monday the week that has ended, on the 1st the month, where they are wanted", async () => {
    const { run, hasCall, due } = scheduleWorld();
    const longer = { digests: ["week" as const, "month" as const] };
    await hasCall("2027-01-28");
    await run("2027-02-01T15:00:00Z", longer);
    await run("2027-02-01T16:00:00Z", longer);
    expect(await due()).toEqual(["2027-W04", "2027-01"]);
  });
});

describe("a digest that was missed while the service was off", () => {
  it("follows, oldest first, once, those of three days at most and of days on which something was heard", async () => {
    const { run, hasCall, due } = scheduleWorld();
    for (const day of ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-22"]) await hasCall(day);
    await run("2026-11-18T12:00:00Z");
    // Monday morning: Thursday's was due more than three days ago, and on Saturday nobody called.
    await run("2026-11-23T05:00:00Z");
    expect(await due()).toEqual(["2026-11-20", "2026-11-22"]);
    await run("2026-11-23T05:05:00Z");
    expect(await due()).toEqual([]);
  });

  it("is not announced when it has been sent meanwhile, but is when somebody has only looked at it", async () => {
    const { store, run, hasCall, due } = scheduleWorld();
    await hasCall("2026-11-19");
    await hasCall("2026-11-20");
    await run("2026-11-19T12:00:00Z");
    await writeJson(store, digestSentKey("default", "2026-11-19", "telegram"), { state: "done" });
    await store.put(digestKey("default", "2026-11-20"), "{}");
    await run("2026-11-20T20:00:00Z");
    expect(await due()).toEqual(["2026-11-20"]);
  });

  it("is made up for by whoever sent digests before there was a note of it", async () => {
    const { store, run, hasCall, due } = scheduleWorld();
    await hasCall("2026-11-18");
    await hasCall("2026-11-20");
    await store.put(digestSentKey("default", "2026-11-18", "telegram"), "{}");
    await run("2026-11-20T20:00:00Z");
    expect(await due()).toEqual(["2026-11-20"]);
  });
});

describe("what goes wrong", () => {
  it("announces again after a crash between announcing and noting it", async () => {
    const { store, run, due } = scheduleWorld();
    await run("2026-11-20T12:00:00Z");
    const crash = new Error("the power went");
    const put = () => Promise.reject(crash);
    await expect(run("2026-11-20T16:00:00Z", {}, { store: { ...store, put } })).rejects.toBe(crash);
    await run("2026-11-20T16:05:00Z");
    expect(await due()).toEqual(["2026-11-20", "2026-11-20"]);
  });

  it("notes nothing when the queue refuses, and so announces the digest with the next run", async () => {
    const { run, hasCall, due } = scheduleWorld();
    await hasCall("2026-11-20");
    await run("2026-11-20T12:00:00Z");
    const refusal = new Error("no queue");
    const queue = { send: () => Promise.reject(refusal) };
    await expect(run("2026-11-20T16:00:00Z", {}, { queue })).rejects.toBe(refusal);
    await run("2026-11-20T18:00:00Z");
    expect(await due()).toEqual(["2026-11-20"]);
  });

  it("does not wait for a time that a wrong clock has noted", async () => {
    const { store, run, hasCall, due } = scheduleWorld();
    await hasCall("2026-11-20");
    await run("2027-05-01T12:00:00Z");
    await run("2026-11-21T12:00:00Z");
    expect(await due()).toEqual(["2026-11-20"]);
    await store.put(digestSentKey("default", "2026-11-20", "telegram"), "{}");
    await run("2026-11-21T16:00:00Z");
    expect(await due()).toEqual(["2026-11-21"]);
  });

  it("goes on from what was sent when the note is unreadable", async () => {
    const { store, run, hasCall, due } = scheduleWorld();
    await hasCall("2026-11-19");
    await hasCall("2026-11-20");
    await store.put(digestSentKey("default", "2026-11-19", "telegram"), "{}");
    await store.put(scheduleKey("default"), "{ mended by hand");
    await run("2026-11-20T17:00:00Z");
    expect(await due()).toEqual(["2026-11-20"]);
    expect(JSON.parse((await readText(store, scheduleKey("default"))) ?? "")).toMatchObject({
      announcedUntil: "2026-11-20T17:00:00.999Z",
    });
  });

  it("is announced by both of two that run at once, and noted once", async () => {
    const { store, run } = scheduleWorld();
    await run("2026-11-20T12:00:00Z");
    await Promise.all([run("2026-11-20T16:00:01Z"), run("2026-11-20T16:00:00Z")]);
    expect(await run("2026-11-20T16:00:02Z")).toEqual({ counts: { due: 0, announced: 0 } });
    expect(await readText(store, scheduleKey("default"))).toContain("2026-11-20T16:00:01.999Z");
  });
});

describe("changed times", () => {
  it("keeps the time of day when the clocks are changed", async () => {
    const { run, due } = scheduleWorld();
    const berlin = { timeZone: "Europe/Berlin" };
    await run("2026-10-24T12:00:00Z", berlin);
    const moments = [
      "2026-10-24T16:59:00Z",
      "2026-10-24T17:00:00Z",
      "2026-10-25T17:00:00Z",
      "2026-10-25T18:00:00Z",
    ];
    const announced = [];
    for (const at of moments) announced.push((await run(at, berlin)).counts.announced);
    expect(announced).toEqual([0, 1, 0, 1]);
    expect(await due()).toEqual(["2026-10-24", "2026-10-25"]);
  });

  it.each([
    ["2026-03-28T12:00:00Z", ["2026-03-28", "2026-03-29"]],
    ["2026-10-24T12:00:00Z", ["2026-10-24", "2026-10-25"]],
  ])(
    "announces each night's once, though 02:30 is not there or comes twice: after %s",
    async (from, days) => {
      const { run, hasCall, due } = scheduleWorld();
      for (const day of ["2026-03-27", "2026-10-23"]) await hasCall(day);
      const night = { timeZone: "Europe/Berlin", digestAt: "02:30", digests: ["day" as const] };
      await run(from, night);
      for (let hours = 0; hours < 40; hours += 0.25)
        await run(new Date(Date.parse(from) + hours * 3_600_000), night);
      expect(await due()).toEqual(days);
    },
  );

  it("sends today's digest though its time was moved to one that is over", async () => {
    const { store, run, hasCall, due } = scheduleWorld();
    await hasCall("2026-11-20");
    await run("2026-11-20T05:00:00Z", { digestAt: "21:00" });
    await run("2026-11-20T17:00:00Z", { digestAt: "21:00" });
    await run("2026-11-20T17:05:00Z", { digestAt: "19:00" });
    expect(await due()).toEqual(["2026-11-20"]);
    await store.put(digestSentKey("default", "2026-11-20", "telegram"), "{}");
    await run("2026-11-20T17:10:00Z", { digestAt: "21:00" });
    await run("2026-11-20T18:00:00Z", { digestAt: "21:00" });
    expect(await due()).toEqual([]);
  });
});
