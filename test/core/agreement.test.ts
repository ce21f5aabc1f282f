import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreementOf, cohenKappa, gravity, type Judgement, quoteStands } from "../../core/agreement.ts";
import { Criterion } from "../../core/checklist.ts";
import { transcriptOf } from "../../core/labelled-call.ts";
import { findQuote, readTurns } from "../../core/score/quotes.ts";
import { type Evidence, VerdictValue } from "../../core/scorecard.ts";

type Pair = readonly [label: string, verdict: string];

const times = (count: number, pair: Pair): Pair[] => Array.from({ length: count }, () => pair);
const verdicts = fc.constantFrom(...VerdictValue.options);
const ratings = fc.array(fc.tuple(verdicts, verdicts), { minLength: 1, maxLength: 40 });

describe("Cohen's κ", () => {
  it("is 0.4 in the textbook's fifty applications: 20 yes, 15 no, 5 and 10 disputed", () => {
    const pairs = [
      ...times(20, ["met", "met"]),
      ...times(5, ["met", "not_met"]),
      ...times(10, ["not_met", "met"]),
      ...times(15, ["not_met", "not_met"]),
    ];
    expect(cohenKappa(pairs)).toBeCloseTo(0.4, 12);
  });

  it("is -1 where two raters always say the opposite", () => {
    expect(cohenKappa([...times(3, ["met", "not_met"]), ...times(3, ["not_met", "met"])])).toBe(-1);
  });

  it("is 1 where all labels are equal and all verdicts agree", () => {
    expect(cohenKappa(times(6, ["met", "met"]))).toBe(1);
  });

  it("is 0 where all labels are equal and a verdict differs, however many agree", () => {
    expect(cohenKappa([...times(99, ["met", "met"]), ["met", "not_met"]])).toBe(0);
    expect(cohenKappa(times(5, ["met", "uncertain"]))).toBe(0);
  });

  it("is null where nothing was rated", () => {
    expect(cohenKappa([])).toBeNull();
  });

  it("lies between -1 and 1, and it does not matter which rater is the person", () => {
    fc.assert(
      fc.property(ratings, (pairs) => {
        const kappa = cohenKappa(pairs) as number;
        expect(kappa).toBeGreaterThanOrEqual(-1);
        expect(kappa).toBeLessThanOrEqual(1);
        expect(cohenKappa(pairs.map(([label, verdict]) => [verdict, label] as const))).toBe(kappa);
        expect(kappa === 1).toBe(pairs.every(([label, verdict]) => label === verdict));
      }),
    );
  });
});

const greeting = Criterion.parse({ id: "greeting", text: "Поздоровался", check: "semantic" });
const rude = Criterion.parse({ id: "rude", text: "Грубил", check: "semantic", polarity: "prohibited" });

function judgement(
  criterion: Criterion,
  [label, turn]: [VerdictValue, number | null],
  [verdict, ...turns]: [VerdictValue, ...number[]],
): Judgement {
  const evidence = turns.map((at): Evidence => {
    return { turn: at, speaker: "agent", startSec: 0, endSec: 1, quote: "Добрый день" };
  });
  return { callId: "call", criterion, label: { verdict: label, turn }, verdict: { verdict, evidence } };
}

describe("agreement", () => {
  it("counts what is the same, what is uncertain and whether the quote is from the labelled turn", () => {
    const agreement = agreementOf([
      judgement(greeting, ["met", 0], ["met", 0]),
      judgement(greeting, ["met", 2], ["partly", 4]),
      judgement(greeting, ["not_met", null], ["uncertain"]),
      judgement(greeting, ["not_met", null], ["not_met"]),
    ]);
    // Labels: 2 met, 2 not_met. Verdicts: 1 met, 1 partly, 1 uncertain, 1 not_met. (4·2 - 2·1 - 2·1) / (16 - 4)
    expect(agreement).toEqual({
      n: 4,
      exact: 0.5,
      kappa: 4 / 12,
      labelsAllEqual: false,
      uncertain: 0.25,
      evidenceTurn: { n: 2, share: 0.5 },
    });
  });

  it("takes any one of several quotes for the labelled turn", () => {
    expect(agreementOf([judgement(greeting, ["met", 6], ["met", 2, 6])]).evidenceTurn.share).toBe(1);
  });

  it("compares turns of a prohibited criterion where the violation was heard", () => {
    const { evidenceTurn } = agreementOf([
      judgement(rude, ["not_met", 3], ["not_met", 3]),
      judgement(rude, ["met", null], ["met"]),
      judgement(rude, ["not_met", 3], ["met"]),
    ]);
    expect(evidenceTurn).toEqual({ n: 1, share: 1 });
  });

  it("gives no shares of nothing", () => {
    expect(agreementOf([])).toMatchObject({ n: 0, exact: null, kappa: null, uncertain: null });
  });

  it("finds the opposite of a label worst and a verdict that does not decide mildest", () => {
    expect(gravity("met", "met")).toBe(0);
    expect(gravity("not_met", "met")).toBe(4);
    expect(gravity("not_applicable", "not_met")).toBe(3);
    expect(gravity("partly", "met")).toBe(2);
    expect(gravity("met", "uncertain")).toBe(1);
  });
});

describe("a quote's validity", () => {
  const transcript = transcriptOf({
    checklist: "sample",
    language: "ru",
    note: "Words stand twice.",
    turns: [
      { speaker: "agent", text: "Да — да, «Север-Окна» слушает. Да!" },
      { speaker: "client", text: "Ещё раз: да?" },
    ],
    labels: {},
  });
  const [agentTurn] = readTurns(transcript.turns);
  const evidence = (quote: string) => findQuote(agentTurn!, quote) as Evidence;

  it("is found for every quote of the product, words inside a word and words that repeat included", () => {
    for (const quote of ["да", "Да — да", "окна слушает", "Север-Окна", "слушает. Да"])
      expect(quoteStands(evidence(quote), transcript)).toBe(true);
  });

  it("is refused at other seconds, in another turn, of another speaker, or with another letter", () => {
    const good = evidence("«Север-Окна» слушает.");
    const second = transcript.turns[0]?.words[1]?.startSec as number;
    const last = transcript.turns[0]?.words[4]?.endSec as number;
    for (const changed of [
      { startSec: second },
      { endSec: last },
      { startSec: good.startSec + 0.01 },
      { turn: 1 },
      { turn: 7 },
      { speaker: "client" as const },
      { quote: "«Север-Окна» слушают." },
      { quote: "«север-окна» слушает." },
      { quote: "." },
    ]) {
      expect(quoteStands({ ...good, ...changed }, transcript), JSON.stringify(changed)).toBe(false);
    }
    expect(quoteStands(good, transcript)).toBe(true);
  });
});
