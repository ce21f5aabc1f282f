import { describe, expect, it } from "vitest";
import { PermanentError } from "../../../core/errors.ts";
import type { LlmAnswer, LlmRequest } from "../../../core/ports/llm.ts";
import { score } from "../../../functions/score/stage.ts";
import { turnsFrom } from "../../core/score/transcripts.ts";
import { jsonAnswer, scriptedUsage } from "../../fakes/llm.ts";
import { keysUnder, run } from "../world.ts";
import {
  answerWith,
  checklistJson,
  FOLDER,
  putChecklist,
  readScorecard,
  scoreWorld,
  transcribed,
  verdict,
} from "./score-world.ts";

/** Conversations that do not fit into the model. */

/** An hour's talk; what the criteria are proved by stands at its start, its middle and its end. */
const COUNT = 120;
const PROOFS: Record<number, string> = {
  1: "Что для вас важно в окне?",
  61: "Не морочьте мне голову.",
  117: "Во вторник в три набираю вас.",
};
const turns = turnsFrom(
  ...Array.from({ length: COUNT }, (_value, n) =>
    n % 2 ? (PROOFS[n] ?? `Ответ про окно, часть ${n}.`) : `К: Вопрос про окно номер ${n}, подробнее.`,
  ),
);

const criteria = [
  { id: "needs", text: "Выяснил задачу", check: "semantic", weight: 30 },
  { id: "next-step", text: "Договорился о шаге", check: "semantic", weight: 10 },
  { id: "rude", text: "Грубил", check: "semantic", polarity: "prohibited", weight: 10 },
  { id: "upsell", text: "Предложил сопутствующее", check: "semantic", weight: 10 },
];
const checklist = checklistJson({ criteria });

const numbersIn = ({ input }: LlmRequest) => [...input.matchAll(/^\[(\d+)\]/gm)].map(([, n]) => Number(n));

const tooLong = () => new PermanentError("llm.input_too_long", "more than the model takes");

/** A model that takes so many characters, and finds in what it is shown what there is to find. */
function narrow(mostCharacters: number, onAnswer: (request: LlmRequest) => LlmAnswer = judgePart) {
  return (request: LlmRequest): LlmAnswer => {
    if (request.input.length > mostCharacters) throw tooLong();
    return onAnswer(request);
  };
}

function judgePart(request: LlmRequest): LlmAnswer {
  const shown = numbersIn(request);
  const first = turns[shown[0] ?? -1];
  const firstShown = { turn: first?.n, speaker: first?.speaker, quote: first?.text };
  const found = (n: number, heard: string, absent: string) =>
    shown.includes(n) ? verdict(heard, [{ turn: n, speaker: "agent", quote: PROOFS[n] }]) : verdict(absent);
  return jsonAnswer({
    ...answerWith({
      needs: found(1, "met", "not_met"),
      rude: found(61, "not_met", "met"),
      "next-step": found(117, "met", "not_met"),
      upsell: verdict("not_met"),
    }),
    callType: shown.includes(0) ? "first-sale" : "support",
    summary: `Часть с ${shown[0]}.`,
    clientNeed: shown.includes(0) ? null : "окно",
    nextStep: { agreed: shown.includes(117), text: shown.includes(117) ? "вторник" : null },
    advice: [{ evidence: firstShown, text: `Совет ${first?.n}` }],
    objections: [{ category: "price", handling: "handled", evidence: [firstShown] }],
  });
}

const scored = async (script: Parameters<typeof scoreWorld>[0]) => {
  const world = await scoreWorld(script, { turns, checklists: [checklist] });
  return { world, handled: await run(score, transcribed, world) };
};

describe("a conversation that is too long for the model", () => {
  it.each([3500, 2000, 1500])(
    "still gets a verdict on every criterion, with quotes that name its own turns (%i characters)",
    async (mostCharacters) => {
      const { world, handled } = await scored(narrow(mostCharacters));
      expect(handled).toMatchObject([{ outcome: "done" }]);
      const scorecard = await readScorecard(world);
      const startSec = (n: number) => turns[n]?.startSec;
      expect(scorecard).toMatchObject({
        verdicts: [
          { verdict: "met", evidence: [{ turn: 1, quote: PROOFS[1], startSec: startSec(1) }] },
          { verdict: "met", evidence: [{ turn: 117, quote: PROOFS[117], startSec: startSec(117) }] },
          { verdict: "not_met", evidence: [{ turn: 61, quote: PROOFS[61], startSec: startSec(61) }] },
          { verdict: "not_met", evidence: [] },
        ],
        needsReview: false,
        percent: 66.7,
      });
    },
  );

  it("is shown whole, in parts that overlap, none longer than the model takes", async () => {
    const { world } = await scored(narrow(2000));
    const answered = world.model.requests.filter(({ input }) => input.length <= 2000);
    expect(answered.length).toBeGreaterThan(2);
    const shown = answered.map(numbersIn);
    expect([...new Set(shown.flat())]).toEqual(turns.map(({ n }) => n));
    for (const [index, part] of shown.entries()) {
      const next = shown[index + 1];
      if (next) expect(part.filter((n) => next.includes(n)).length).toBeGreaterThanOrEqual(8);
    }
  });

  it("is one scorecard: the kind from its start, the next step from its end, the rest from all parts", async () => {
    const { world } = await scored(narrow(3500));
    const parts = world.model.requests
      .filter(({ input }) => input.length <= 3500)
      .map((one) => numbersIn(one)[0]);
    expect(parts).toHaveLength(2);
    expect(await readScorecard(world)).toMatchObject({
      callType: "first-sale",
      summary: `Часть с ${parts[0]}. Часть с ${parts[1]}.`,
      clientNeed: "окно",
      nextStep: { agreed: true, text: "вторник" },
      advice: parts.map((part) => `Совет ${part}`),
      adviceEvidence: parts.map((part) => ({ turn: part })),
      objections: parts.map((part) => ({ evidence: [{ turn: part }] })),
    });
  });

  it("costs what its parts cost together; what was refused costs nothing", async () => {
    const { world } = await scored(narrow(3500));
    expect(world.model.requests).toHaveLength(3);
    expect((await readScorecard(world)).model).toMatchObject({
      attempts: 2,
      promptTokens: 2 * 1830,
      cachedTokens: 2 * 1024,
      completionTokens: 2 * 410,
      problems: [],
    });
  });

  it("has an unknown cost when one part's cost is unknown", async () => {
    const { world } = await scored(
      narrow(3500, (request) => {
        const answer = judgePart(request);
        const first = numbersIn(request)[0] === 0;
        return first ? { ...answer, usage: { ...scriptedUsage, promptTokens: null } } : answer;
      }),
    );
    expect((await readScorecard(world)).model).toMatchObject({ promptTokens: null, completionTokens: 820 });
  });

  it("asks again about one part alone, and about what it left out", async () => {
    const asked: string[] = [];
    const { world } = await scored(
      narrow(3500, (request) => {
        asked.push(`${numbersIn(request)[0]}${request.instructions.includes("[upsell]") ? " upsell" : ""}`);
        return asked.length === 1
          ? jsonAnswer(answerWith({ upsell: verdict("not_met") }))
          : judgePart(request);
      }),
    );
    const [, second] = [asked[0], asked[1], asked[2]];
    expect(asked).toHaveLength(3);
    expect(second).toBe("0");
    expect(await readScorecard(world)).toMatchObject({ percent: 66.7, model: { attempts: 3, problems: [] } });
  });

  it("of which a part is refused twice is proved by the other part, or goes to a person", async () => {
    const { world } = await scored(
      narrow(3500, (request) =>
        numbersIn(request)[0] === 0 ? judgePart(request) : { kind: "refused", usage: scriptedUsage },
      ),
    );
    expect(await readScorecard(world)).toMatchObject({
      verdicts: [
        { verdict: "met" },
        { verdict: "uncertain" },
        { verdict: "not_met" },
        { verdict: "uncertain" },
      ],
      needsReview: true,
      model: { attempts: 3, problems: ["refused"] },
    });
  });

  it("is told apart by its start where several checklists are possible", async () => {
    const world = await scoreWorld(
      narrow(2000, (request) => {
        if (request.schema.name !== "call_type") return judgePart(request);
        expect(numbersIn(request)[0]).toBe(0);
        return jsonAnswer({ evidence: { turn: 1, quote: PROOFS[1] }, callType: "first-sale" });
      }),
      {
        turns,
        checklists: [
          checklistJson({ criteria, appliesTo: { callTypes: ["first-sale"] } }),
          checklistJson({ id: "support", appliesTo: { callTypes: ["support"] } }),
        ],
      },
    );
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done" }]);
    expect(await readScorecard(world)).toMatchObject({ callType: "first-sale", needsReview: false });
  });

  it("with more than 25 criteria is asked about them in groups, each in parts", async () => {
    const many = Array.from({ length: 27 }, (_value, n) => ({ id: `c${n}`, text: "…", check: "semantic" }));
    const world = await scoreWorld(
      narrow(3500, (request) => {
        const asked = many.filter(({ id }) => request.instructions.includes(`[${id}]`));
        return jsonAnswer(answerWith(Object.fromEntries(asked.map(({ id }) => [id, verdict("not_met")]))));
      }),
      { turns, checklists: [] },
    );
    await putChecklist(world, checklistJson({ criteria: many }));
    await run(score, transcribed, world);
    const { verdicts, model } = await readScorecard(world);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(many.map(() => "not_met"));
    expect(model).toMatchObject({ attempts: 4, promptTokens: 4 * 1830 });
  });
});

describe("what cannot be split any more", () => {
  it.each([
    ["a turn alone", turnsFrom("Добрый день.", `К: ${"Слово за словом, ".repeat(500)}конец.`)],
    [
      "a turn among many",
      [...turns.slice(0, 40), ...turnsFrom("Слово. ".repeat(2000))].map((turn, n) => ({ ...turn, n })),
    ],
  ])("ends as the call's outcome: %s", async (_what, list) => {
    const world = await scoreWorld(narrow(4000), { turns: list, checklists: [checklist] });
    expect(await run(score, transcribed, world)).toMatchObject([
      { outcome: "failed", code: "llm.input_too_long" },
    ]);
    expect(await keysUnder(world.store, `${FOLDER}scorecard/`)).toEqual([]);
  });

  it("is left to the queue when something else is wrong: no other error splits a conversation", async () => {
    const { world, handled } = await scored([new PermanentError("llm.blocked", "…")]);
    expect(handled).toMatchObject([{ outcome: "failed", code: "llm.blocked" }]);
    expect(world.model.requests).toHaveLength(1);
  });
});
