import { describe, expect, it } from "vitest";
import type { AppealError, Person, VerdictChoice } from "../../core/appeal.ts";
import { checklistKey, publishedKey } from "../../core/bucket-layout.ts";
import { markDone } from "../../core/claim.ts";
import { noteRemoved } from "../../core/removal.ts";
import { removeTexts } from "../../core/remove-call.ts";
import { appeal, openAppeals, resolveAppeal } from "../../core/review.ts";
import { readScorecardOfCall } from "../../core/scorecard-in-force.ts";
import { readText, writeJson } from "../../core/store-json.ts";
import { putScored } from "../functions/report/report-world.ts";
import { keysUnder, readObject } from "../functions/world.ts";
import { agent, CALL_ID, checklist, KEY, type ReviewWorld, reviewWorld, supervisor } from "./review-world.ts";

const APPEALS = `calls/default/2026-11-20/${CALL_ID}/appeals/first-sale@1.json`;
const about = { tenant: "default", callId: CALL_ID };
const met: VerdictChoice = { verdict: "met", level: null };

const appealed = (world: ReviewWorld, criterionId = "rude", by: Person = agent, reason = "Это шутка.") =>
  appeal(world, { ...about, criterionId, by, reason });
const resolved = (
  world: ReviewWorld,
  accept: VerdictChoice | null = met,
  criterionId = "rude",
  by: Person = supervisor,
  comment: string | null = "Клиент шутил первым.",
) => resolveAppeal(world, { ...about, criterionId, by, accept, comment });
const codeOf = async (work: Promise<unknown>) =>
  (
    (await work.then(
      () => undefined,
      (error: unknown) => error,
    )) as AppealError | undefined
  )?.code;
const inForce = async (world: ReviewWorld) =>
  (await readScorecardOfCall(world.store, "default", CALL_ID))?.inForce;

describe("an appeal", () => {
  it("stands with its reason and what the program had said, and changes no score", async () => {
    const world = await reviewWorld();
    const made = await appealed(world);
    expect(made).toMatchObject({ existed: false, appeal: { status: "open", by: agent } });
    expect(await readObject(world.store, APPEALS)).toEqual({
      callId: CALL_ID,
      checklist: { id: "first-sale", version: 1 },
      appeals: [
        {
          status: "open",
          criterionId: "rude",
          by: agent,
          reason: "Это шутка.",
          at: world.clock.now().toISOString(),
          judged: { verdict: "not_met", level: null, points: 0 },
        },
      ],
    });
    expect(await inForce(world)).toMatchObject({ percent: 0 });
    expect(world.changes).toEqual([]);
  });

  it("has a supervisor asked, and once more when it is said again, since the first time may have been lost", async () => {
    const world = await reviewWorld();
    const { appeal } = await appealed(world);
    world.clock.advance(60);
    await appealed(world);
    const made = { ...about, criterionId: "rude", appealedAt: appeal.at };
    expect(world.appeals).toEqual([made, made]);
  });

  it("that is said again is the same one", async () => {
    const world = await reviewWorld();
    await appealed(world);
    world.clock.advance(60);
    expect(await appealed(world)).toMatchObject({ existed: true });
    expect(await openAppeals(world.store, "default")).toHaveLength(1);
  });

  it("of several in one moment against several verdicts loses none", async () => {
    const world = await reviewWorld();
    await Promise.all(["greeting", "needs", "price", "rude"].map((id) => appealed(world, id)));
    const open = await openAppeals(world.store, "default");
    expect(open.map((one) => one.appeal.criterionId).sort()).toEqual(["greeting", "needs", "price", "rude"]);
  });

  it("that is open when the texts are removed can still be decided, and keeps no words", async () => {
    const world = await reviewWorld();
    await appealed(world);
    const removed = { at: "2026-11-20T10:00:00.000Z", why: "retention" as const, keptDays: 30 };
    await removeTexts(world.store, "default", CALL_ID, removed);
    expect((await resolved(world)).appeal).toMatchObject({ status: "accepted", reason: "" });
    expect(await openAppeals(world.store, "default")).toEqual([]);
    expect(await readText(world.store, APPEALS)).not.toContain("шутил");
  });

  it.each<[string, string, (world: ReviewWorld) => Promise<unknown>]>([
    ["of another's call", "appeal.not_yours", (world) => appealed(world, "rude", { ...agent, id: "12" })],
    ["of nobody known", "appeal.not_yours", (world) => appealed(world, "rude", { ...agent, id: null })],
    ["against no verdict", "appeal.unknown_criterion", (world) => appealed(world, "манеры")],
    ["without a reason", "appeal.no_reason", (world) => appealed(world, "rude", agent, " … ")],
    ["beside an open one", "appeal.open_already", (world) => appealed(world, "rude", supervisor)],
    [
      "against a call without a scorecard",
      "appeal.no_scorecard",
      (world) =>
        appeal(world, { ...about, callId: "20261120-upload-1", criterionId: "rude", by: agent, reason: "…" }),
    ],
    [
      "against a call whose transcript is kept no longer",
      "appeal.removed",
      async (world) => {
        const removed = { at: "2026-11-20T10:00:00.000Z", why: "retention" as const, keptDays: 30 };
        await noteRemoved(world.store, "default", CALL_ID, { texts: removed });
        return appealed(world, "greeting");
      },
    ],
  ])("%s is refused and changes nothing", async (_what, code, work) => {
    const world = await reviewWorld();
    await appealed(world);
    const before = await readText(world.store, APPEALS);
    expect(await codeOf(work(world))).toBe(code);
    expect(await readText(world.store, APPEALS)).toBe(before);
  });

  it("comes once from an agent, and again from a supervisor who made a slip", async () => {
    const world = await reviewWorld();
    await appealed(world);
    await resolved(world);
    expect(await codeOf(appealed(world, "rude", agent, "И ещё."))).toBe("appeal.decided");
    await appealed(world, "rude", supervisor, "Ошибся кнопкой.");
    await resolved(world, { verdict: "not_met", level: null }, "rude", supervisor, null);
    const now = await inForce(world);
    expect(now).toMatchObject({ percent: 0, autoFailedBy: "rude" });
    // The program's own words again.
    expect(now?.verdicts.some(({ overridden }) => overridden)).toBe(false);
  });

  it("belongs to the version that it was made on", async () => {
    const world = await reviewWorld();
    await appealed(world);
    await resolved(world);
    await writeJson(world.store, checklistKey("default", "first-sale", 2), { ...checklist, version: 2 });
    const text = await readText(world.store, KEY);
    const second = JSON.parse(text ?? "");
    second.checklist.version = 2;
    await writeJson(world.store, KEY.replace("@1", "@2"), second);
    const scored = { checklistId: "first-sale", checklistVersion: 2 };
    await markDone(world.store, world.clock, publishedKey("default", CALL_ID, "scoring"), scored);
    expect(await inForce(world)).toMatchObject(second);
    expect(await codeOf(resolved(world))).toBe("appeal.none_open");
  });
});

describe("a decision", () => {
  it("leaves the scorecard as the program made it, byte for byte [appeal:keeps-model-verdict]", async () => {
    const world = await reviewWorld();
    const before = await readText(world.store, KEY);
    await appealed(world);
    await resolved(world);
    expect(await readText(world.store, KEY)).toBe(before);
    const rude = (await inForce(world))?.verdicts.find(({ criterionId }) => criterionId === "rude");
    expect(rude).toMatchObject({
      verdict: "met",
      points: 1,
      evidence: [],
      comment: "Клиент шутил первым.",
      overridden: {
        verdict: "not_met",
        points: 0,
        comment: "Грубость.",
        evidence: [{ quote: "Какой у вас размер" }],
        by: "supervisor",
        name: "Мария",
      },
    });
  });

  it("has the score reckoned anew, the cap of an automatic failure included [appeal:score-recomputed]", async () => {
    const world = await reviewWorld();
    await appealed(world);
    const done = await resolved(world);
    expect(done.before).toMatchObject({ percent: 0, rawPercent: 50, autoFailedBy: "rude" });
    expect(done.scorecard).toMatchObject({ percent: 50, autoFailedBy: null, passed: false });
    await appealed(world, "needs");
    expect((await resolved(world, met, "needs")).scorecard).toMatchObject({ percent: 90, passed: true });
    await appealed(world, "price");
    const better = await resolved(world, { verdict: "partly", level: "little" }, "price");
    expect(better.scorecard).toMatchObject({ percent: 86 });
    expect(await inForce(world)).toEqual(better.scorecard);
    await appealed(world, "greeting");
    const without = await resolved(world, { verdict: "not_applicable", level: null }, "greeting");
    expect(without.scorecard.percent).toBeCloseTo(76.7);
  });

  it("is announced, and announced again when it is repeated after a crash", async () => {
    const world = await reviewWorld();
    await appealed(world);
    const crashing = { ...world, announce: () => Promise.reject(new Error("the process died")) };
    await expect(resolved(crashing)).rejects.toThrow("died");
    const repeated = await resolved(world);
    expect(repeated).toMatchObject({ existed: true, appeal: { status: "accepted" } });
    expect(world.changes).toEqual([
      {
        ...about,
        checklistId: "first-sale",
        checklistVersion: 1,
        decision: "decision-0",
        at: world.clock.now(),
      },
    ]);
  });

  it("that rejects leaves the verdict and closes the appeal", async () => {
    const world = await reviewWorld();
    await appealed(world);
    expect((await resolved(world, null)).scorecard).toMatchObject({ percent: 0 });
    expect(await openAppeals(world.store, "default")).toEqual([]);
  });

  it.each<[string, string, (world: ReviewWorld) => Promise<unknown>]>([
    ["of an agent", "appeal.not_supervisor", (world) => resolved(world, met, "rude", agent)],
    ["of what nobody appealed", "appeal.none_open", (world) => resolved(world, met, "greeting")],
    [
      "for the same verdict",
      "appeal.same_verdict",
      (world) => resolved(world, { verdict: "not_met", level: null }),
    ],
    [
      "for no verdict of a person's",
      "appeal.unknown_verdict",
      (world) => resolved(world, { verdict: "uncertain", level: null }),
    ],
    [
      "for a level that there is not",
      "appeal.unknown_verdict",
      (world) => resolved(world, { verdict: "met", level: "full" }),
    ],
  ])("%s is refused and changes nothing", async (_what, code, work) => {
    const world = await reviewWorld();
    await appealed(world);
    const before = await readText(world.store, APPEALS);
    expect(await codeOf(work(world))).toBe(code);
    expect(await readText(world.store, APPEALS)).toBe(before);
    expect(world.changes).toEqual([]);
  });

  it("is made once: who comes second hears so", async () => {
    const world = await reviewWorld();
    await appealed(world);
    const results = await Promise.allSettled([resolved(world), resolved(world, null)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "appeal.decided" },
    });
  });

  it("without the checklist is not guessed at", async () => {
    const world = await reviewWorld();
    await appealed(world);
    await resolved(world);
    await world.store.delete(checklistKey("default", "first-sale", 1));
    await expect(inForce(world)).rejects.toMatchObject({ code: "checklist.gone" });
  });
});

it("lists the open appeals of all calls, the oldest first", async () => {
  const world = await reviewWorld();
  await appealed(world, "needs");
  world.clock.advance(60);
  const other = "20261119-bitrix24-ABCD.2";
  await putScored(world, other, JSON.parse((await readText(world.store, KEY)) ?? ""));
  const scored = { checklistId: "first-sale", checklistVersion: 1 };
  await markDone(world.store, world.clock, publishedKey("default", other, "scoring"), scored);
  await appeal(world, { tenant: "default", callId: other, criterionId: "rude", by: agent, reason: "Нет." });
  const open = await openAppeals(world.store, "default");
  expect(open.map((one) => [one.callId, one.appeal.criterionId])).toEqual([
    [CALL_ID, "needs"],
    [other, "rude"],
  ]);
  expect(await keysUnder(world.store, "index/default/appealed/")).toHaveLength(2);
});
