import fc from "fast-check";
import { expect, it } from "vitest";
import { readReply } from "../../adapters/llm/openai-compatible-reply.ts";
import { isOwnError, VendorError } from "../../core/errors.ts";
import type { Llm, LlmAnswer } from "../../core/ports/llm.ts";
import { type Evidence, Scorecard } from "../../core/scorecard.ts";
import { judge } from "../../functions/score/judge.ts";
import { textsFor } from "../../locales/index.ts";
import {
  checklist,
  completionOf,
  named,
  quote,
  refusals,
  reply,
  transcript,
  turns,
  verdict,
} from "./model-answer-examples.ts";
import { hostileValue } from "./near-valid.ts";
import { cases, endsReached, timeoutMs } from "./runs.ts";

/** A model that gives these replies, one after the other, and what became of each. */
function modelWith(replies: readonly unknown[]): Llm & { given: LlmAnswer[] } {
  const given: LlmAnswer[] = [];
  return {
    given,
    async ask({ schema }) {
      const requiredKeys = schema.json.required as string[];
      // A way through JSON, as a reply comes.
      const body: unknown = JSON.parse(JSON.stringify(replies[given.length] ?? null));
      const read = readReply(body, { model: "model-latest", requiredKeys });
      if (read.kind === "error") throw new VendorError("llm.failed", "an error inside a reply");
      given.push(read.answer);
      return read.answer;
    },
  };
}

async function scorecardBy(llm: Llm): Promise<Scorecard | undefined> {
  try {
    return await judge({
      tenant: "default",
      transcript,
      checklist,
      llm,
      callTypes: ["first-sale", "booking"],
      texts: textsFor("ru").verdict,
    });
  } catch (error) {
    if (!isOwnError(error)) throw error;
    return undefined;
  }
}

function assertSound(scorecard: Scorecard): void {
  expect(Scorecard.parse(JSON.parse(JSON.stringify(scorecard)))).toEqual(scorecard);
  expect(scorecard.verdicts.map(({ criterionId }) => criterionId)).toEqual(
    checklist.criteria.map(({ id }) => id),
  );
  for (const percent of [scorecard.percent, scorecard.rawPercent]) {
    expect(percent ?? 0).toBeGreaterThanOrEqual(0);
    expect(percent ?? 0).toBeLessThanOrEqual(100);
  }
  const evidence: Evidence[] = [
    ...scorecard.verdicts.flatMap((one) => one.evidence),
    ...scorecard.objections.flatMap((one) => one.evidence),
    ...scorecard.adviceEvidence,
  ];
  for (const { turn, speaker, quote: said, startSec, endSec } of evidence) {
    const source = turns[turn];
    expect(said).not.toBe("");
    expect(source?.text).toContain(said);
    expect(source?.speaker).toBe(speaker);
    expect(startSec).toBeGreaterThanOrEqual(source?.startSec ?? Number.NaN);
    expect(endSec).toBeGreaterThanOrEqual(startSec);
    expect(endSec).toBeLessThanOrEqual(source?.endSec ?? Number.NaN);
  }
  for (const { verdict: value, points } of scorecard.verdicts)
    expect(points === null).toBe(value === "uncertain" || value === "not_applicable");
  expect(scorecard.adviceEvidence).toHaveLength(scorecard.advice.length);
}

/** What one answer claims of a criterion, by name or in a list. */
function claimsIn(answer: LlmAnswer, id: string): unknown[] {
  const value = answer.kind === "json" ? (answer.value as { verdicts?: unknown }).verdicts : undefined;
  if (Array.isArray(value)) return value.filter((item) => item?.criterionId === id);
  return typeof value === "object" && value !== null && Object.hasOwn(value, id)
    ? [(value as Record<string, unknown>)[id]]
    : [];
}

it(
  "whatever a model answers makes a sound scorecard, its quotes said there by that speaker",
  async () => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(fc.tuple(reply, reply), async (replies) => {
        const llm = modelWith(replies);
        const scorecard = await scorecardBy(llm);
        reach(scorecard ? `asked ${llm.given.length} times` : "failed by name");
        if (!scorecard) return;
        assertSound(scorecard);
        for (const { criterionId, check, verdict: value, evidence } of scorecard.verdicts) {
          if (check !== "semantic" || value === "uncertain") continue;
          // Nobody but the model itself says anything but "uncertain".
          const claims = llm.given.flatMap((answer) => claimsIn(answer, criterionId));
          expect(claims).toContainEqual(expect.objectContaining({ verdict: value }));
          const isDuty = criterionId !== "rude";
          if (value === "partly" || (value === "met") === isDuty) reach("proved by a quote");
          if (value === "partly" || (isDuty ? value === "met" : value === "not_met"))
            expect(evidence).not.toEqual([]);
        }
      }),
      cases,
    );
    expect(missing("asked 1 times", "asked 2 times", "failed by name", "proved by a quote")).toEqual([]);
  },
  timeoutMs,
);

const invented = { turn: 2, speaker: "agent", quote: "Расскажите о задаче" };
const borrowed = { turn: 3, speaker: "agent", quote: "Для кухни" };
const elsewhere = { turn: 99, speaker: "agent", quote: "Какой у вас размер проёма" };
/** Verdicts that nobody may take for one, on a criterion that wants a quote of the agent's and has levels. */
const broken = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    "not_met",
    [],
    {},
    { verdict: "not_met" }.verdict.split(""),
    { ...verdict("not_met", [], "none"), verdict: "not met" },
    { ...verdict("not_met", [], "none"), verdict: 0 },
    { ...verdict("not_met", [], "none"), level: 0 },
    { ...verdict("not_met", [], "none"), evidence: "нет" },
    verdict("not_met", [], "full"),
    verdict("not_met", [], "неизвестный"),
    verdict("met", [], "full"),
    verdict("partly", [quote(1, "хочу узнать цену")], "partly"),
  ),
  fc
    .tuple(
      fc.constantFrom(invented, borrowed, elsewhere),
      fc.constantFrom(["met", "full"], ["partly", "partly"], ["not_met", "none"]),
    )
    .map(([evidence, [value = "", level = null]]) => verdict(value, [evidence], level)),
  hostileValue().filter((value) => typeof value !== "object" || value === null),
);
const whole = fc.constantFrom(
  ...refusals,
  completionOf("Не могу оценить."),
  completionOf("null"),
  completionOf("{}"),
);

it(
  "a broken verdict is uncertain and counts for nothing, and costs its neighbours nothing",
  async () => {
    const { reach, missing } = endsReached();
    const about = (needs: unknown) =>
      completionOf(JSON.stringify({ ...named, verdicts: { ...named.verdicts, needs } }));
    const brokenReply = fc.oneof({ weight: 3, arbitrary: broken.map(about) }, whole);
    await fc.assert(
      fc.asyncProperty(fc.tuple(brokenReply, brokenReply), async (replies) => {
        const scorecard = (await scorecardBy(modelWith(replies))) as Scorecard;
        assertSound(scorecard);
        const [, needs, ...others] = scorecard.verdicts;
        expect(needs).toMatchObject({ verdict: "uncertain", points: null, evidence: [] });
        expect(scorecard.needsReview).toBe(true);
        expect(scorecard.model?.problems.length).toBeGreaterThan(0);
        const isHeard = replies.some((one) => one.choices[0]?.message.content?.includes('"client-agrees"'));
        reach(isHeard ? "with neighbours" : "nothing at all");
        const expected = isHeard ? ["met", "met", "partly", "not_met"] : Array(4).fill("uncertain");
        expect(others.slice(0, 4).map((one) => one.verdict)).toEqual(expected);
        expect(scorecard.percent).toBe(isHeard ? scorecard.rawPercent : 100);
      }),
      cases,
    );
    expect(missing("with neighbours", "nothing at all")).toEqual([]);
  },
  timeoutMs,
);
