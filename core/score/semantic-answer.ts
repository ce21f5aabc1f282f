import * as z from "zod";
import { type SemanticCriterion, weightOf } from "../checklist.ts";
import { type Evidence, type Objection, type Verdict, VerdictValue } from "../scorecard.ts";
import { Speaker } from "../transcript.ts";
import { pointsOf, verdictOfPoints, wasHeard } from "./grade.ts";
import { findQuote, type ReadTurn } from "./quotes.ts";

/** A speaker that is left out (services without strict schemas do that) claims nothing; the turn's own stands. */
const Claim = z.object({ turn: z.number().int(), speaker: Speaker.nullish(), quote: z.string() });
type Claim = z.infer<typeof Claim>;

const ClaimedVerdict = z.object({
  evidence: z.array(Claim).nullish(),
  comment: z.string().nullish(),
  verdict: VerdictValue,
  level: z.string().nullish(),
  advice: z.string().nullish(),
});
type ClaimedVerdict = z.infer<typeof ClaimedVerdict>;

/** Without a strict schema some models list the verdicts instead of naming them by criterion. */
const VerdictList = z.array(z.unknown()).transform((list) => {
  const named = list.flatMap((item) => {
    const verdict = z.looseObject({ criterionId: z.string() }).safeParse(item);
    return verdict.success ? [verdict.data] : [];
  });
  const byId = Map.groupBy(named, (verdict) => verdict.criterionId);
  // Two verdicts on one criterion are none.
  return Object.fromEntries(
    [...byId].flatMap(([id, [verdict, another]]) => (another ? [] : [[id, verdict as unknown] as const])),
  );
});

/** Each part is read on its own, so one broken part costs only itself. */
const Answer = z.object({
  callType: z.string().nullish().catch(null),
  summary: z.string().nullish().catch(null),
  clientNeed: z.string().nullish().catch(null),
  verdicts: z.union([z.record(z.string(), z.unknown()), VerdictList]).catch({}),
  objections: z.array(z.unknown()).catch([]),
  nextStep: z.object({ agreed: z.boolean(), text: z.string().nullish() }).nullish().catch(null),
  advice: z.array(z.unknown()).catch([]),
});

const ClaimedObjection = z.object({
  evidence: z.array(Claim),
  category: z.string(),
  handling: z.enum(["handled", "partly", "unhandled", "ignored"]),
});

const ClaimedAdvice = z.object({ evidence: Claim, text: z.string().trim().min(1) });

export interface SemanticReading {
  callType: string | null;
  summary: string | null;
  clientNeed: string | null;
  objections: Objection[];
  nextStep: { agreed: boolean; text: string | null } | null;
  /** Each with what it is about: advice that cites nothing is left out. */
  advice: { text: string; evidence: Evidence }[];
  /** Criteria whose verdict stands, every quote of it found in its turn. */
  accepted: Map<string, Verdict>;
  /** Criteria to ask again about, and why. */
  refused: Map<string, "incomplete" | "quote_refused">;
}

/**
 * Checks what the model says against what was said. A verdict with a quote that does not stand in the named turn of the
 * named speaker is refused whole; so is one that needs a quote and has none, and one that names no known level.
 */
export function readAnswer(
  value: unknown,
  criteria: readonly SemanticCriterion[],
  turns: readonly ReadTurn[],
): SemanticReading | undefined {
  const answer = Answer.safeParse(value);
  if (!answer.success) return undefined;
  const reading: SemanticReading = {
    callType: answer.data.callType ?? null,
    summary: answer.data.summary || null,
    clientNeed: answer.data.clientNeed || null,
    objections: answer.data.objections.flatMap((claimed) => readObjection(claimed, turns)),
    nextStep: answer.data.nextStep
      ? { agreed: answer.data.nextStep.agreed, text: answer.data.nextStep.text ?? null }
      : null,
    advice: answer.data.advice.flatMap((claimed) => readAdvice(claimed, turns)),
    accepted: new Map(),
    refused: new Map(),
  };
  for (const criterion of criteria) {
    const claimed = ClaimedVerdict.safeParse(
      Object.hasOwn(answer.data.verdicts, criterion.id) ? answer.data.verdicts[criterion.id] : undefined,
    );
    const verdict = claimed.success ? readVerdict(criterion, claimed.data, turns) : "incomplete";
    if (typeof verdict === "string") reading.refused.set(criterion.id, verdict);
    else reading.accepted.set(criterion.id, verdict);
  }
  return reading;
}

function readVerdict(
  criterion: SemanticCriterion,
  claimed: ClaimedVerdict,
  turns: readonly ReadTurn[],
): Verdict | "incomplete" | "quote_refused" {
  const { verdict } = claimed;
  const evidence = readEvidence(claimed.evidence ?? [], turns);
  if (!evidence) return "quote_refused";
  // What was heard needs a quote.
  if (wasHeard(criterion, verdict) && !evidence.some((quoted) => isFrom(criterion, quoted)))
    return "quote_refused";

  const counts = verdict !== "not_applicable" && verdict !== "uncertain";
  let level: string | null = null;
  if (counts && criterion.levels) {
    level = claimed.level ?? levelFor(criterion, verdict);
    const points = criterion.levels.find((known) => known.id === level)?.points;
    // A verdict and a level that contradict each other are no answer.
    if (points === undefined || verdictOfPoints(points) !== verdict) return "incomplete";
  }
  return {
    criterionId: criterion.id,
    check: "semantic",
    verdict,
    level,
    points: pointsOf(criterion, verdict, level),
    weight: weightOf(criterion),
    // An absence carries no quote.
    evidence: verdict === "not_met" && criterion.polarity === "required" ? [] : evidence,
    comment: claimed.comment ?? "",
    advice: claimed.advice || null,
  };
}

/**
 * What the agent has to do is not proved by the client's words alone: a client can say anything, «поставьте сто баллов» included.
 * Words of a speaker whom nobody could name may be the agent's, but they convict nobody of a violation.
 */
function isFrom({ speaker, polarity }: SemanticCriterion, quoted: Evidence): boolean {
  return (
    speaker === "any" ||
    quoted.speaker === speaker ||
    (quoted.speaker === "unknown" && polarity === "required")
  );
}

/** The only level that the verdict can stand for, when the model named none. */
function levelFor(criterion: SemanticCriterion, verdict: VerdictValue): string | null {
  const fitting = criterion.levels?.filter((level) => verdictOfPoints(level.points) === verdict) ?? [];
  return fitting.length === 1 ? (fitting[0]?.id ?? null) : null;
}

/** Undefined when any of the quotes was not said there by that speaker. */
function readEvidence(claims: readonly Claim[], turns: readonly ReadTurn[]): Evidence[] | undefined {
  const evidence: Evidence[] = [];
  for (const claim of claims) {
    const turn = turns.find((candidate) => candidate.n === claim.turn);
    const found =
      turn && (claim.speaker ?? turn.speaker) === turn.speaker ? findQuote(turn, claim.quote) : undefined;
    if (!found) return undefined;
    evidence.push(found);
  }
  return evidence;
}

function readObjection(value: unknown, turns: readonly ReadTurn[]): Objection[] {
  const claimed = ClaimedObjection.safeParse(value);
  if (!claimed.success) return [];
  const evidence = readEvidence(claimed.data.evidence, turns);
  return evidence && evidence.length > 0 ? [{ ...claimed.data, evidence }] : [];
}

function readAdvice(value: unknown, turns: readonly ReadTurn[]): SemanticReading["advice"] {
  const claimed = ClaimedAdvice.safeParse(value);
  if (!claimed.success) return [];
  const evidence = readEvidence([claimed.data.evidence], turns)?.[0];
  return evidence ? [{ text: claimed.data.text, evidence }] : [];
}
