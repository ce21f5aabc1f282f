import { describe, expect, it } from "vitest";
import { indexRowKey } from "../../../core/bucket-layout.ts";
import { ConfigurationError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import type { Store } from "../../../core/ports/store.ts";
import { removeTexts } from "../../../core/remove-call.ts";
import { exists } from "../../../core/store-json.ts";
import type { WriteBack } from "../../../core/write-back.ts";
import { report } from "../../../functions/report/stage.ts";
import { memoryStore } from "../../fakes/store.ts";
import { readObject, run, typesOn } from "../world.ts";
import { callIdOn, DAY, putScored, reportWorld } from "./report-world.ts";
import { CALL, LEASE_SEC, writeBackWorld } from "./write-back-world.ts";

const SPEECH: [string, number, number, string][] = [
  ["agent", 0.48, 2.16, "Добрый день, студия."],
  ["client", 2.3, 2.4, "Да"],
  ["client", 2.5, 2.6, " "],
];
const methods = { comment: "addComment", transcript: "attachTranscript", field: "setScore" } as const;
const markers = { comment: "comment", transcript: "crm-transcript", field: "crm-field" };
const kinds = ["comment", "transcript", "field"] as const;

async function scoredWorld(options: Parameters<typeof writeBackWorld>[0] = {}) {
  const world = writeBackWorld(options);
  const event = await world.score();
  await world.putTranscript(SPEECH);
  return { ...world, event };
}

describe("a scored call", () => {
  it("is written nowhere unless somebody asks for it [crm:off-by-default]", async () => {
    const world = reportWorld();
    const { event } = await scoredWorld();
    const { store } = await scoredWorld();
    await run(report, event, { ...world, store });
    expect(typesOn(world, "report")).toEqual([]);
  });

  it("gets one message for each thing that goes into the CRM, after its row", async () => {
    const world = await scoredWorld({ kinds: ["comment", "field"] });
    await run(report, world.event, world);
    expect(await exists(world.store, indexRowKey("default", CALL))).toBe(true);
    expect(world.sent.map(({ event }) => event)).toMatchObject([
      { type: "writeback.due", subject: CALL, data: { what: "comment" } },
      { type: "writeback.due", subject: CALL, data: { what: "field" } },
    ]);
    expect(new Set(world.sent.map(({ event: { id } }) => id)).size).toBe(2);
  });

  it("that was uploaded is in no CRM", async () => {
    const world = await scoredWorld();
    const callId = "20261120-upload-abc";
    await run(report, await putScored(world, callId), world);
    expect(typesOn(world, "report")).toEqual([]);
  });

  it.each(kinds)("changes the CRM once by its %s, though it comes ten times [crm:once]", async (what) => {
    const world = await scoredWorld();
    for (let n = 0; n < 10; n += 1) expect(await world.write(what)).toMatchObject([{ outcome: "done" }]);
    expect(world.crm.changes).toHaveLength(1);
    expect(await readObject(world.store, world.marker(markers[what]))).toMatchObject({
      state: "done",
      attempts: 1,
    });
  });

  it.each(kinds)("is written once by two runs at once: %s", async (what) => {
    const world = await scoredWorld();
    const outcomes = (await Promise.all([world.write(what), world.write(what)])).flat();
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["done", "later"]);
    expect(world.crm.changes).toHaveLength(1);
  });

  it("was switched off while its message waited", async () => {
    const world = await scoredWorld({ kinds: ["comment"] });
    expect(await world.write("field")).toMatchObject([{ outcome: "done", code: "crm.write_back_off" }]);
    expect(world.crm.asked).toEqual([]);
  });

  it("that is being scored anew at this moment waits for the message of its new score", async () => {
    const world = await scoredWorld();
    await world.store.delete(world.marker("scoring"));
    expect(await world.write("comment")).toMatchObject([{ outcome: "done" }]);
    expect(world.crm.asked).toEqual([]);
  });
});

describe("an answer of the CRM that is lost", () => {
  it.each(kinds)("is settled by looking once it must have been done: %s [crm:lost-answer]", async (what) => {
    const world = await scoredWorld();
    world.crm.loseAnswer(methods[what]);
    expect(await world.write(what)).toMatchObject([{ outcome: "later", code: "crm.unreachable" }]);
    expect(await world.write(what)).toMatchObject([{ outcome: "later", code: "claim.held" }]);
    world.clock.advance(LEASE_SEC + 1);
    expect(await world.write(what)).toMatchObject([{ outcome: "done" }]);
    expect(world.crm.changes).toHaveLength(1);
    expect(await readObject(world.store, world.marker(markers[what]))).toMatchObject({
      attempts: 2,
      result: what === "field" ? { score: 72 } : { id: expect.any(String) },
    });
  });

  it.each(kinds)("is settled so when the process died before it kept the answer: %s", async (what) => {
    const key = `calls/default/${DAY}/${CALL}/published/${markers[what]}.json`;
    const store = memoryStore();
    let isDying = true;
    const dying: Store = {
      ...store,
      put: async (name, body, ...rest) => {
        if (isDying && name === key && String(body).includes('"done"')) throw new Error("killed");
        return store.put(name, body, ...rest);
      },
    };
    const world = await scoredWorld({ store: dying });
    await expect(world.write(what)).rejects.toThrow("killed");
    isDying = false;
    world.clock.advance(LEASE_SEC + 1);
    expect(await world.write(what)).toMatchObject([{ outcome: "done" }]);
    expect(world.crm.changes).toHaveLength(1);
  });
});

describe("a CRM that does not take it", () => {
  it.each([
    new ConfigurationError("crm.insufficient_scope", 'tick "crm"'),
    new RetryLaterError("crm.rate_limited", 5, "slow down"),
  ])("for now is asked again, and that is no attempt: $code", async (error) => {
    for (const what of kinds) {
      const world = await scoredWorld();
      world.crm.fail(methods[what], error);
      expect(await world.write(what)).toMatchObject([{ outcome: "later", code: error.code }]);
      expect(await world.write(what)).toMatchObject([{ outcome: "done" }]);
      expect(await readObject(world.store, world.marker(markers[what]))).toMatchObject({ attempts: 1 });
    }
  });

  it.each([
    ["comment", "deal-5", "comment"],
    ["field", "deal-5", "crm-field"],
    ["transcript", "ABCD.1", "crm-transcript"],
  ] as const)(
    "because the %s has no place any more leaves the call scored [crm:entity-gone]",
    async (what, gone, name) => {
      const world = await scoredWorld();
      world.crm.gone.add(gone);
      const skipped = [{ outcome: "done", code: "crm.entity_gone" }];
      expect(await world.write(what)).toMatchObject(skipped);
      expect(await world.write(what)).toMatchObject(skipped);
      expect(await readObject(world.store, world.marker(name))).toMatchObject({
        state: "done",
        result: { skipped: "crm.entity_gone" },
      });
      expect(await readObject(world.store, `calls/default/${DAY}/${CALL}/outcome.json`)).toBeUndefined();
      expect(world.sent).toEqual([]);
    },
  );

  it("in one kind takes the others all the same [crm:one-holds-up-no-other]", async () => {
    const world = await scoredWorld();
    world.crm.fields.clear();
    const outcomes: Record<string, unknown> = {};
    for (const what of kinds) outcomes[what] = (await world.write(what))[0]?.code ?? "done";
    expect(outcomes).toEqual({ comment: "done", transcript: "done", field: "crm.field_missing" });
  });

  it("is looked at for its card once for each call", async () => {
    const world = await scoredWorld();
    world.crm.fail("addComment", new VendorError("crm.failed", "status 500"));
    await world.write("comment");
    world.crm.deals.set("901", "6");
    world.clock.advance(LEASE_SEC + 1);
    await world.write("comment");
    await world.write("field");
    expect(world.crm.changes).toEqual(["comment deal-5", "field deal-5"]);
    expect(world.crm.asked.filter((method) => method === "findCard")).toHaveLength(1);
  });
});

describe("a comment", () => {
  it("goes to the client's card where there is no deal, and nowhere where the CRM knows nobody", async () => {
    const world = await scoredWorld();
    world.crm.deals.clear();
    await world.write("comment");
    expect(world.crm.changes).toEqual(["comment contact-77"]);
    const stranger = writeBackWorld();
    await stranger.score({}, { entity: null, activityId: null });
    expect(await stranger.write("comment")).toMatchObject([{ code: "crm.no_card" }]);
  });

  it("stays as it was when the call is scored anew", async () => {
    const world = await scoredWorld();
    await world.write("comment");
    await world.rescore(40);
    await world.write("comment");
    expect(world.crm.comments).toHaveLength(1);
    expect(world.crm.comments[0]?.text).toContain("72 из 100");
  });
});

describe("a transcript", () => {
  it("has whole seconds, two sides and no empty phrases", async () => {
    const world = await scoredWorld();
    await world.write("transcript");
    expect(world.crm.transcripts.get("ABCD.1")?.phrases).toEqual([
      { speaker: "agent", startSec: 0, stopSec: 3, text: "Добрый день, студия." },
      { speaker: "client", startSec: 2, stopSec: 3, text: "Да" },
    ]);
  });

  it("of somebody else is left where it is", async () => {
    const world = await scoredWorld();
    world.crm.transcripts.set("ABCD.1", { id: "theirs", phrases: [] });
    expect(await world.write("transcript")).toMatchObject([
      { outcome: "done", code: "crm.transcribed_already" },
    ]);
    expect(world.crm.transcripts.get("ABCD.1")?.id).toBe("theirs");
  });

  it.each([
    [
      "transcript.speakers_unknown",
      [
        ["agent", 0, 1, "Алло"],
        ["unknown", 1, 2, "Да"],
      ],
    ],
    ["transcript.no_speech", [["agent", 0, 1, "  "]]],
  ] as const)("is not attached where it says too little: %s", async (code, turns) => {
    const world = await scoredWorld();
    await world.putTranscript(turns.map(([...turn]) => turn));
    expect(await world.write("transcript")).toMatchObject([{ outcome: "done", code }]);
    expect(world.crm.asked).toEqual([]);
  });
});

it("of a call whose transcript is kept no longer nothing is attached, and nobody tries again", async () => {
  const world = await scoredWorld();
  const removed = { at: "2026-11-20T10:00:00.000Z", why: "request" as const, keptDays: null };
  await removeTexts(world.store, "default", CALL, removed);
  for (const what of kinds) expect(await world.write(what)).toMatchObject([{ outcome: "done" }]);
  expect([world.crm.comments, world.crm.transcripts.size, world.crm.scores.size]).toEqual([[], 0, 0]);
});

describe("the field", () => {
  const deal = "deal-5";

  it("follows the score that is in force, there and back [crm:field-follows]", async () => {
    const world = await scoredWorld();
    await world.write("field");
    await world.rescore(39.6);
    await world.write("field");
    expect(world.crm.scores.get(deal)).toBe(40);
    await world.rescore(72, 1);
    await world.write("field");
    expect(world.crm.scores.get(deal)).toBe(72);
    await world.write("field");
    expect(world.crm.changes).toHaveLength(3);
  });

  it("shows the last call of the deal, in whatever order its calls are scored", async () => {
    const world = writeBackWorld();
    await world.score({ percent: 90 }, { startedAt: "2026-11-20T15:00:00+03:00" }, 2);
    await world.score({ percent: 30 }, { startedAt: "2026-11-20T09:00:00+03:00" }, 1);
    const [older, later] = [callIdOn(DAY, 1), callIdOn(DAY, 2)];
    await world.write("field", later);
    expect(await world.write("field", older)).toMatchObject([{ outcome: "done", code: "crm.newer_call" }]);
    expect(world.crm.scores.get(deal)).toBe(90);
  });

  it("shows the last call also when both are written at once", async () => {
    const world = writeBackWorld();
    await world.score({ percent: 90 }, { startedAt: "2026-11-20T15:00:00+03:00" }, 2);
    await world.score({ percent: 30 }, { startedAt: "2026-11-20T09:00:00+03:00" }, 1);
    // The older call's request is under way for so long that the later call comes and goes.
    const slow = {
      ...world.crm,
      setScore: async (...given: Parameters<typeof world.crm.setScore>) => {
        await world.write("field", callIdOn(DAY, 2));
        return world.crm.setScore(...given);
      },
    };
    let isFirst = true;
    const writer = async (_what: WriteBack) => {
      if (!isFirst) return world.crm;
      isFirst = false;
      return slow;
    };
    await run(report, world.due("field", callIdOn(DAY, 1)), {
      ...world,
      writeBack: { ...world.writeBack, writer },
    });
    expect(world.crm.scores.get(deal)).toBe(90);
  });

  it.each([
    ["score.none", { percent: null }, {}],
    ["crm.no_deal_or_lead", {}, { activityId: null }],
  ] as const)("is not written where there is none to write: %s", async (code, scorecard, call) => {
    const world = writeBackWorld();
    await world.score(scorecard, call);
    expect(await world.write("field")).toMatchObject([{ outcome: "done", code }]);
    expect(world.crm.changes).toEqual([]);
  });

  it("is written once there is a score after all", async () => {
    const world = writeBackWorld();
    await world.score({ percent: null });
    await world.write("field");
    await world.rescore(55);
    await world.write("field");
    expect(world.crm.scores.get(deal)).toBe(55);
  });
});
