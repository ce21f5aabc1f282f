import { describe, expect, it } from "vitest";
import { ConfigurationError, RetryLaterError } from "../../../core/errors.ts";
import type { LlmAnswer } from "../../../core/ports/llm.ts";
import { readText, writeJson } from "../../../core/store-json.ts";
import { score } from "../../../functions/score/stage.ts";
import { jsonAnswer, scriptedUsage } from "../../fakes/llm.ts";
import { keysUnder, lastSent, readObject, run, runUntilSettled, typesOn } from "../world.ts";
import {
  answerWith,
  CALL_ID,
  checklistJson,
  FOLDER,
  goodAnswer,
  goodQuote,
  inventedQuote,
  pointLatestAt,
  putChecklist,
  readScorecard,
  scoreWorld,
  transcribed,
  verdict,
} from "./score-world.ts";

const good = jsonAnswer(goodAnswer);
const SCORECARDS = `${FOLDER}scorecard/`;

describe("score", () => {
  it("stores the scorecard under its checklist's version, then announces it", async () => {
    const world = await scoreWorld([good]);
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done", callId: CALL_ID }]);
    expect(await readScorecard(world)).toMatchObject({
      callId: CALL_ID,
      tenant: "default",
      checklist: { id: "first-sale", version: 1 },
      percent: 80,
      needsReview: false,
      verdicts: [
        { criterionId: "greeting", verdict: "met" },
        {
          criterionId: "needs",
          verdict: "met",
          evidence: [{ turn: 2, startSec: 12, quote: "Какой у вас размер проёма" }],
        },
        { criterionId: "next-step", verdict: "not_met", points: 0, evidence: [] },
      ],
      model: { name: "scripted-1", attempts: 1, problems: [] },
    });
    expect(lastSent(world, "report").event).toMatchObject({
      id: `call.scored:${CALL_ID}:first-sale@1`,
      data: {
        scorecardKey: `${SCORECARDS}first-sale@1.json`,
        checklistId: "first-sale",
        checklistVersion: 1,
      },
    });
  });

  it("gives the same scorecard, byte for byte, for the same answer [score:same-answer-same-scorecard]", async () => {
    const texts: (string | undefined)[] = [];
    for (const laterSec of [0, 86_400]) {
      const world = await scoreWorld([good]);
      world.clock.advance(laterSec);
      await run(score, transcribed, world);
      texts.push(await readText(world.store, `${SCORECARDS}first-sale@1.json`));
    }
    expect(texts[0]).toBeDefined();
    expect(texts[1]).toBe(texts[0]);
  });
});

describe("paying the model", () => {
  it("happens once when the message comes again [score:paid-once]", async () => {
    const world = await scoreWorld([good]);
    await run(score, transcribed, world);
    world.clock.advance(3 * 86_400);
    await run(score, transcribed, world);
    expect(world.model.requests).toHaveLength(1);
    const [first, second] = world.sent.map(({ event }) => event.id);
    expect(second).toBe(first);
  });

  it("happens once when twenty workers get the message at the same moment [score:paid-once]", async () => {
    const world = await scoreWorld(() => good);
    const handled = await Promise.all(Array.from({ length: 20 }, () => run(score, transcribed, world)));
    expect(world.model.requests).toHaveLength(1);
    const held = handled.flat().filter(({ outcome }) => outcome === "later");
    expect(held.every(({ code }) => code === "claim.held")).toBe(true);
    expect(held.length).toBeLessThan(20);
    expect(await keysUnder(world.store, SCORECARDS)).toHaveLength(1);
  });

  it("waits while another worker holds the call, and only announces what that one made", async () => {
    const world = await scoreWorld([good]);
    const marker = `${FOLDER}published/scoring.json`;
    const until = new Date(world.clock.now().getTime() + 280_000).toISOString();
    await writeJson(world.store, marker, { state: "claimed", owner: "another", until });
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "later", code: "claim.held" }]);
    expect(lastSent(world, "score").delaySec).toBe(280);
    expect(world.model.requests).toEqual([]);
    const { last } = await runUntilSettled(score, transcribed, world);
    // The other one died: its lease is over, and the call is scored all the same.
    expect(last).toMatchObject({ outcome: "done" });
    expect(world.model.requests).toHaveLength(1);
  });

  it("does not follow a crash between the scorecard and its announcement", async () => {
    const world = await scoreWorld([good]);
    const broken = { ...world, queue: { ...world.queue, send: () => Promise.reject(new Error("down")) } };
    await expect(run(score, transcribed, broken)).rejects.toThrow("down");
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done" }]);
    expect(world.model.requests).toHaveLength(1);
    expect(typesOn(world, "report")).toEqual(["call.scored"]);
  });

  it.each([
    new RetryLaterError("llm.rate_limited", 30, "too many requests"),
    new ConfigurationError("llm.no_money", "top the account up"),
  ])("waits for $name without giving the call up, and frees the call for the next try", async (error) => {
    const world = await scoreWorld([error, good]);
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "later", code: error.code }]);
    expect(await keysUnder(world.store, SCORECARDS)).toEqual([]);
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done" }]);
    expect(await readScorecard(world)).toMatchObject({ percent: 80 });
  });
});

describe("a model that answers badly", () => {
  const whole = (kind: "refused" | "cut" | "unreadable"): LlmAnswer => ({ kind, usage: scriptedUsage });
  const bad: [string, LlmAnswer, string][] = [
    ["refuses", whole("refused"), "refused"],
    ["is cut", whole("cut"), "cut"],
    ["answers no JSON", whole("unreadable"), "unreadable"],
    ["answers something else in JSON", jsonAnswer([1, 2, 3]), "unreadable"],
    ["leaves the verdicts out", jsonAnswer({ summary: "ok" }), "incomplete"],
    [
      "invents a verdict's name",
      jsonAnswer(answerWith({ needs: verdict("perfect", [goodQuote]) })),
      "incomplete",
    ],
    [
      "quotes what was not said",
      jsonAnswer(
        answerWith({ needs: verdict("met", [inventedQuote]), "next-step": verdict("met", [inventedQuote]) }),
      ),
      "quote_refused",
    ],
    [
      "gives no quote for what it heard",
      jsonAnswer(answerWith({ needs: verdict("met"), "next-step": verdict("partly") })),
      "quote_refused",
    ],
    [
      "puts the client's words into the agent's mouth",
      jsonAnswer(
        answerWith({
          needs: verdict("met", [{ turn: 1, speaker: "agent", quote: "хочу узнать цену" }]),
          "next-step": verdict("met", [{ turn: 1, speaker: "agent", quote: "хочу узнать цену" }]),
        }),
      ),
      "quote_refused",
    ],
  ];

  it.each(bad)("and %s is asked once more, and what is good then stands", async (_what, answer) => {
    const world = await scoreWorld([answer, good]);
    await run(score, transcribed, world);
    expect(world.model.requests).toHaveLength(2);
    expect(await readScorecard(world)).toMatchObject({
      percent: 80,
      needsReview: false,
      model: { attempts: 2, problems: [], promptTokens: 3660 },
    });
  });

  it.each(bad)(
    "and %s twice leaves the criteria uncertain, for a person to review, never at zero [score:uncertain-not-zero]",
    async (_what, answer, problem) => {
      const world = await scoreWorld([answer, answer]);
      await run(score, transcribed, world);
      expect(world.model.requests).toHaveLength(2);
      const scorecard = await readScorecard(world);
      // Only the greeting, which needs no model, counts.
      expect(scorecard).toMatchObject({ percent: 100, needsReview: true, model: { attempts: 2 } });
      expect(scorecard.model?.problems).toContain(problem);
      for (const id of ["needs", "next-step"]) {
        const found = scorecard.verdicts.find(({ criterionId }) => criterionId === id);
        expect(found).toMatchObject({ verdict: "uncertain", points: null, evidence: [] });
        expect(found?.comment).not.toBe("");
      }
    },
  );

  it("about one criterion is asked again about that one alone", async () => {
    const half = jsonAnswer(
      answerWith({ needs: verdict("met", [inventedQuote]), "next-step": verdict("not_met") }),
    );
    const world = await scoreWorld([half, good]);
    await run(score, transcribed, world);
    const asked = world.model.requests.map(({ instructions }) => instructions.includes("[next-step]"));
    expect(asked).toEqual([true, false]);
    expect(await readScorecard(world)).toMatchObject({ percent: 80, needsReview: false });
  });

  it("keeps the call out of the average when nothing could be judged", async () => {
    const onlySemantic = checklistJson({
      criteria: [{ id: "needs", text: "Выяснил задачу", check: "semantic" }],
    });
    const world = await scoreWorld([whole("refused"), whole("refused")], { checklists: [onlySemantic] });
    await run(score, transcribed, world);
    expect(await readScorecard(world)).toMatchObject({
      percent: null,
      rawPercent: null,
      passed: false,
      needsReview: true,
    });
  });

  it("is not needed: without a model the rules are judged, and a person sees the rest", async () => {
    const world = await scoreWorld([]);
    await run(score, transcribed, { ...world, llm: async () => null });
    expect(await readScorecard(world)).toMatchObject({ percent: 100, needsReview: true, model: null });
  });
});

describe("a call that cannot be scored", () => {
  it("because nobody speaks on it is skipped, and the model is not asked", async () => {
    for (const turns of [
      [],
      [{ n: 0, speaker: "agent", channel: 0, startSec: 0, endSec: 1, text: "…", words: [] }],
    ]) {
      const world = await scoreWorld([], { turns: turns as never });
      expect(await run(score, transcribed, world)).toMatchObject([
        { outcome: "skipped", code: "transcript.no_speech" },
      ]);
    }
  });

  it("because no checklist is for it is skipped [score:no-checklist]", async () => {
    const world = await scoreWorld([], { checklists: [checklistJson({ appliesTo: { agents: ["12"] } })] });
    expect(await run(score, transcribed, world)).toMatchObject([
      { outcome: "skipped", code: "checklist.none" },
    ]);
  });

  it("because there is no checklist at all waits until there is one [score:waits-for-checklist]", async () => {
    for (const checklists of [[], [checklistJson({ status: "draft" })]]) {
      const world = await scoreWorld([good], { checklists });
      expect(await run(score, transcribed, world)).toMatchObject([
        { outcome: "later", code: "checklist.missing" },
      ]);
      await world.store.put(
        "checklists/default/first-sale/2.json",
        JSON.stringify(checklistJson({ version: 2 })),
      );
      world.clock.advance(900);
      expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done" }]);
    }
  });

  it("because its only checklist is broken fails, so that somebody mends it", async () => {
    const world = await scoreWorld([], { checklists: [checklistJson({ criteria: [] })] });
    expect(await run(score, transcribed, world)).toMatchObject([
      { outcome: "failed", code: "checklist.invalid" },
    ]);
  });
});

describe("the checklist of a call", () => {
  it("that stands beside a broken one is used", async () => {
    const world = await scoreWorld([good]);
    await world.store.put("checklists/default/broken/1.json", "{ not json");
    await world.store.put("checklists/default/README.md", "Чек-листы компании");
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done" }]);
  });

  it("is the version that latest.json points at", async () => {
    const world = await scoreWorld([good]);
    await putChecklist(world, checklistJson({ version: 2 }));
    await putChecklist(world, checklistJson({ version: 3 }));
    await pointLatestAt(world, "first-sale", 2);
    await run(score, transcribed, world);
    expect(await keysUnder(world.store, SCORECARDS)).toEqual([`${SCORECARDS}first-sale@2.json`]);
  });

  it("is the highest version where nothing points at one", async () => {
    const world = await scoreWorld([good]);
    await putChecklist(world, checklistJson({ version: 10 }));
    await putChecklist(world, checklistJson({ version: 9 }));
    await run(score, transcribed, world);
    expect(await keysUnder(world.store, SCORECARDS)).toEqual([`${SCORECARDS}first-sale@10.json`]);
  });

  it("that was edited since scores no call anew by itself", async () => {
    const world = await scoreWorld([good]);
    await run(score, transcribed, world);
    await putChecklist(world, checklistJson({ version: 2 }));
    await run(score, transcribed, world);
    expect(await keysUnder(world.store, SCORECARDS)).toEqual([`${SCORECARDS}first-sale@1.json`]);
    expect(await readObject(world.store, `${FOLDER}published/scoring.json`)).toMatchObject({
      result: { checklistId: "first-sale", checklistVersion: 1 },
    });
  });

  it("for other kinds of call sends the scorecard to a person", async () => {
    const checklist = checklistJson({ appliesTo: { callTypes: ["booking"] } });
    const world = await scoreWorld([good], { checklists: [checklist] });
    await run(score, transcribed, world);
    expect(await readScorecard(world)).toMatchObject({ callType: "first-sale", needsReview: true });
  });
});
