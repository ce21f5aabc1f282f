import { describe, expect, it } from "vitest";
import { RetryLaterError, VendorError } from "../../../core/errors.ts";
import type { LlmAnswer } from "../../../core/ports/llm.ts";
import type { Store } from "../../../core/ports/store.ts";
import { readText, writeJson } from "../../../core/store-json.ts";
import { score } from "../../../functions/score/stage.ts";
import { swapRoles } from "../../../functions/score/swap-roles.ts";
import { jsonAnswer, scriptedLlm, scriptedUsage } from "../../fakes/llm.ts";
import { keysUnder, lastSent, readObject, run } from "../world.ts";
import {
  answerWith,
  CALL_ID,
  checklistJson,
  FOLDER,
  goodAnswer,
  goodQuote,
  inventedQuote,
  readScorecard,
  type ScoreWorld,
  scoreWorld,
  transcribed,
  transcriptOf,
  turns,
  verdict,
} from "./score-world.ts";

/** What the model has answered is kept, whatever becomes of the run that asked. */

const good = jsonAnswer(goodAnswer);
const half = jsonAnswer(
  answerWith({ needs: verdict("met", [inventedQuote]), "next-step": verdict("not_met") }),
);
const busy = new RetryLaterError("llm.rate_limited", 30, "too many requests");
const MARKER = `${FOLDER}published/scoring.json`;
const SCORECARD = `${FOLDER}scorecard/first-sale@1.json`;

const answersKept = async ({ store }: ScoreWorld) => {
  const keys = await keysUnder(store, `${FOLDER}published/`);
  return keys.filter((key) => key.includes("/model-")).length;
};

describe("a question that fails after others were answered", () => {
  it("is asked again alone [score:second-question-fails]", async () => {
    const world = await scoreWorld([half, busy, good]);
    expect(await run(score, transcribed, world)).toMatchObject([
      { outcome: "later", code: "llm.rate_limited" },
    ]);
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done" }]);
    const asked = world.model.requests.map(({ instructions }) => instructions.includes("[next-step]"));
    expect(asked).toEqual([true, false, false]);
    expect(await readScorecard(world)).toMatchObject({ percent: 80, model: { attempts: 2 } });
  });

  it("changes nothing of the scorecard, byte for byte [score:second-question-fails]", async () => {
    const smooth = await scoreWorld([half, good]);
    const rough = await scoreWorld([half, busy, busy, good]);
    await run(score, transcribed, smooth);
    for (const _delivery of [1, 2, 3]) {
      await run(score, transcribed, rough);
      rough.clock.advance(30);
    }
    const [wanted, got] = await Promise.all([smooth, rough].map(({ store }) => readText(store, SCORECARD)));
    expect(wanted).toBeDefined();
    expect(got).toBe(wanted);
  });

  it("of who is who, what kind and what points: each is asked once", async () => {
    const kinds = ["first-sale", "support"].map((kind) =>
      checklistJson({ id: kind, appliesTo: { callTypes: [kind] } }),
    );
    const unnamed = turns.map((turn) => ({
      ...turn,
      text: turn.text.replace("хочу узнать цену окна", "я по окнам"),
      channel: 0,
      voice: turn.speaker === "agent" ? 1 : 4,
      speaker: "unknown" as const,
    }));
    const answers: Record<string, LlmAnswer> = {
      call_type: jsonAnswer({ evidence: { turn: 3, quote: "метр на полтора" }, callType: "first-sale" }),
      call_score: good,
      call_roles: jsonAnswer({ evidence: { turn: 0, quote: "меня зовут Анна" }, agentVoice: "voice 1" }),
    };
    const answered: string[] = [];
    let requests = 0;
    const model = scriptedLlm(({ schema }) => {
      requests += 1;
      const answer = answers[schema.name];
      if (!answer || requests % 2 === 0) throw busy;
      answered.push(schema.name);
      return answer;
    });
    const world = await scoreWorld([], { checklists: kinds });
    const transcript = { ...transcriptOf(unnamed), channels: 1, roles: { by: "unknown", confidence: 0 } };
    await writeJson(world.store, `${FOLDER}transcript.json`, transcript);
    const ports = { ...world, llm: async () => model };
    let outcome: string | undefined;
    for (let delivery = 0; delivery < 5 && outcome !== "done"; delivery += 1) {
      outcome = (await run(score, transcribed, ports))[0]?.outcome;
    }
    expect(outcome).toBe("done");
    expect(answered).toEqual(["call_roles", "call_type", "call_score"]);
    expect(requests).toBe(5);
    expect(await answersKept(world)).toBe(3);
  });
});

describe("a process that dies", () => {
  it("between an answer and the scorecard has the answer used by the next one [score:paid-once]", async () => {
    const world = await scoreWorld([good]);
    const dying: Store = {
      ...world.store,
      put: (key, ...rest) =>
        key === SCORECARD ? Promise.reject(new Error("killed")) : world.store.put(key, ...rest),
    };
    await expect(run(score, transcribed, { ...world, store: dying })).rejects.toThrow("killed");
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done" }]);
    expect(world.model.requests).toHaveLength(1);
    expect(await readScorecard(world)).toMatchObject({ percent: 80 });
  });

  it("and whose lease was taken over does not bring in another answer", async () => {
    const world = await scoreWorld([]);
    const slow = Promise.withResolvers<LlmAnswer>();
    const asked = Promise.withResolvers<void>();
    const first = {
      ask: () => {
        asked.resolve();
        return slow.promise;
      },
    };
    const hanging = run(score, transcribed, { ...world, llm: async () => first });
    await asked.promise;
    world.clock.advance(311);
    await run(score, transcribed, { ...world, llm: async () => scriptedLlm([good]) });
    const wanted = await readText(world.store, SCORECARD);
    slow.resolve(jsonAnswer(answerWith({ needs: verdict("not_met"), "next-step": verdict("not_met") })));
    expect(await hanging).toMatchObject([{ outcome: "done" }]);
    expect(await readText(world.store, SCORECARD)).toBe(wanted);
    expect(lastSent(world, "report").event.id).toBe(`call.scored:${CALL_ID}:first-sale@1`);
    expect(await readObject(world.store, MARKER)).toMatchObject({ state: "done", attempts: 2 });
  });
});

describe("the marker of a scoring", () => {
  it("counts an answer that may have been paid for and was lost [effects:repeats-are-counted]", async () => {
    const world = await scoreWorld([new VendorError("llm.timeout", "no answer"), good]);
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "later", code: "llm.timeout" }]);
    // The next delivery need not wait: nobody is at work.
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done" }]);
    expect(await readObject(world.store, MARKER)).toMatchObject({ state: "done", attempts: 2 });
  });

  it("does not count requests that were refused", async () => {
    const world = await scoreWorld([busy, busy, good]);
    for (const _delivery of [1, 2, 3]) await run(score, transcribed, world);
    expect(await readObject(world.store, MARKER)).toMatchObject({ state: "done", attempts: 1 });
  });
});

describe("what is kept of an answer", () => {
  it("holds the conversation as the model was shown it, masked", async () => {
    const spoken = turns.map((turn) =>
      turn.n === 3 ? { ...turn, text: "Запишите мой номер: 8 912 345-67-89." } : turn,
    );
    const quoting = answerWith({
      needs: verdict("met", [goodQuote], "Клиент оставил [ТЕЛЕФОН_1]."),
      "next-step": verdict("not_met"),
    });
    const world = await scoreWorld([jsonAnswer(quoting)], { turns: spoken });
    await run(score, transcribed, world);
    const [key = ""] = (await keysUnder(world.store, `${FOLDER}published/`)).filter((name) =>
      name.includes("/model-"),
    );
    const text = await readText(world.store, key);
    expect(text).toContain("[ТЕЛЕФОН_1]");
    expect(text).not.toMatch(/345.67/);
  });

  it("is nothing when there is no model", async () => {
    const world = await scoreWorld([]);
    await run(score, transcribed, { ...world, llm: async () => null });
    expect(await answersKept(world)).toBe(0);
  });

  it("is used again when swapped roles are swapped back", async () => {
    const world = await scoreWorld([good, jsonAnswer(answerWith({}), scriptedUsage), good]);
    await run(score, transcribed, world);
    const before = await readScorecard(world);
    for (const asked of [3, 3]) {
      world.clock.advance(60);
      await swapRoles(world, "default", CALL_ID);
      await run(score, lastSent(world, "score").body, world);
      expect(world.model.requests).toHaveLength(asked);
    }
    expect((await readScorecard(world)).verdicts).toEqual(before.verdicts);
  });
});

describe("roles that a person swaps while the call is being scored", () => {
  it("are refused: the old scorecard would come out after all", async () => {
    const world = await scoreWorld([]);
    const until = new Date(world.clock.now().getTime() + 60_000).toISOString();
    await writeJson(world.store, MARKER, { state: "claimed", owner: "another", until, attempts: 1 });
    const before = await readText(world.store, `${FOLDER}transcript.json`);
    await expect(swapRoles(world, "default", CALL_ID)).rejects.toMatchObject({ code: "cli.being_scored" });
    expect(await readText(world.store, `${FOLDER}transcript.json`)).toBe(before);
    expect(world.sent).toEqual([]);
    world.clock.advance(60);
    await swapRoles(world, "default", CALL_ID);
    expect(world.sent).toHaveLength(1);
  });
});
