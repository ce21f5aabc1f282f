import * as z from "zod";
import type { Checklist, Criterion } from "./checklist.ts";
import { pointsOf, verdictOfPoints } from "./score/grade.ts";
import { PersonRole, type Scorecard, type Verdict, VerdictValue } from "./scorecard.ts";

/** Who says so. An agent's id is the CRM's; nobody else needs one. */
export const Person = z.object({
  role: PersonRole,
  id: z.string().nullable(),
  name: z.string().nullable(),
});
export type Person = z.infer<typeof Person>;

/** A verdict as it was given, without its evidence. */
const Given = z.object({
  verdict: VerdictValue,
  level: z.string().nullable(),
  points: z.number().nullable(),
});

const Asked = z.object({
  criterionId: z.string(),
  by: Person,
  reason: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** What the program had said, whatever a person has made of it since. */
  judged: Given,
});
const Decided = z.object({ by: Person, comment: z.string().nullable(), at: z.string() });

/** Somebody does not agree with the verdict on one criterion. */
export const Appeal = z.discriminatedUnion("status", [
  Asked.extend({ status: z.literal("open") }),
  Asked.extend({ status: z.literal("accepted"), decision: Decided.extend(Given.shape) }),
  Asked.extend({ status: z.literal("rejected"), decision: Decided }),
]);
export type Appeal = z.infer<typeof Appeal>;
export type AcceptedAppeal = Extract<Appeal, { status: "accepted" }>;

/** `appeals/<checklistId>@<version>.json`: those against one scorecard, in their order. Another version's scorecard has its own. */
export const Appeals = z.object({
  callId: z.string(),
  checklist: z.object({ id: z.string(), version: z.number().int() }),
  appeals: z.array(Appeal),
});
export type Appeals = z.infer<typeof Appeals>;

/** Why somebody's word does not count; `message` is for operators, the codes are for texts of every language. */
export class AppealError extends Error {
  override readonly name = "AppealError";
  readonly code:
    | "appeal.no_scorecard"
    | "appeal.removed"
    | "appeal.no_checklist"
    | "appeal.unknown_criterion"
    | "appeal.not_yours"
    | "appeal.no_reason"
    | "appeal.open_already"
    | "appeal.decided"
    | "appeal.none_open"
    | "appeal.not_supervisor"
    | "appeal.unknown_verdict"
    | "appeal.same_verdict";

  constructor(code: AppealError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Longer ones are cut: nobody decides in two taps after reading a page. */
const LONGEST_REASON = 1000;

export interface Asking {
  criterionId: string;
  by: Person;
  reason: string;
  at: Date;
}

/**
 * The list with the new appeal at its end; the same appeal said again changes nothing.
 *
 * An agent may appeal each verdict on a call of his own once. A supervisor may appeal a decided one again: that is how a slip is mended.
 *
 * @param asJudged the program's scorecard
 * @throws AppealError
 */
export function withAppeal(
  appeals: readonly Appeal[],
  { criterionId, by, reason, at }: Asking,
  { asJudged, agentId }: { asJudged: Scorecard; agentId: string | null },
): Appeal[] {
  const verdict = asJudged.verdicts.find((one) => one.criterionId === criterionId);
  if (!verdict) throw new AppealError("appeal.unknown_criterion", `there is no verdict on ${criterionId}`);
  if (by.role === "agent" && (by.id === null || by.id !== agentId))
    throw new AppealError("appeal.not_yours", "an agent appeals verdicts on his own calls alone");
  const said = reason.trim().slice(0, LONGEST_REASON).toWellFormed();
  if (!/[\p{L}\p{N}]/u.test(said)) throw new AppealError("appeal.no_reason", "an appeal needs a reason");
  const last = lastOf(appeals, criterionId);
  if (last?.status === "open") {
    if (isSamePerson(last.by, by) && last.reason === said) return [...appeals];
    throw new AppealError("appeal.open_already", `there is an open appeal against ${criterionId} already`);
  }
  if (last && by.role === "agent")
    throw new AppealError("appeal.decided", `the appeal against ${criterionId} is decided`);
  const { verdict: value, level, points } = verdict;
  const judged = { verdict: value, level, points };
  return [...appeals, { status: "open", criterionId, by, reason: said, at: at.toISOString(), judged }];
}

/** What a person can decide for: of a criterion with levels one of these. */
export interface VerdictChoice {
  verdict: VerdictValue;
  level: string | null;
}

/** Every verdict that a person can give, the best first. Whoever decides is not uncertain. */
export function verdictChoices(criterion: Criterion): VerdictChoice[] {
  const graded: VerdictChoice[] =
    criterion.check === "semantic" && criterion.levels
      ? criterion.levels.map(({ id, points }) => ({ verdict: verdictOfPoints(points), level: id }))
      : (["met", "partly", "not_met"] as const)
          .filter((verdict) => verdict !== "partly" || criterion.polarity === "required")
          .map((verdict) => ({ verdict, level: null }));
  return [...graded, { verdict: "not_applicable", level: null }];
}

/** The choice that a word names: a level's id, or a verdict that only one choice stands for. */
export function readVerdictChoice(criterion: Criterion, word: string): VerdictChoice | undefined {
  const choices = verdictChoices(criterion);
  const named = choices.find(({ level }) => level === word);
  const fitting = choices.filter(({ verdict }) => verdict === word);
  return named ?? (fitting.length === 1 ? fitting[0] : undefined);
}

export interface Deciding {
  criterionId: string;
  by: Person;
  /** Null: the verdict stands. */
  accept: VerdictChoice | null;
  comment: string | null;
  at: Date;
}

/**
 * The list with the open appeal decided. An appeal is decided once; the same decision said again changes nothing.
 *
 * @param inForce the scorecard as it stands now, decisions before included
 * @throws AppealError
 */
export function withDecision(
  appeals: readonly Appeal[],
  { criterionId, by, accept, comment, at }: Deciding,
  { inForce, checklist }: { inForce: Scorecard; checklist: Checklist },
): Appeal[] {
  if (by.role !== "supervisor")
    throw new AppealError("appeal.not_supervisor", "an appeal is decided by a supervisor");
  const last = lastOf(appeals, criterionId);
  if (!last) throw new AppealError("appeal.none_open", `nobody has appealed against ${criterionId}`);
  if (last.status !== "open") {
    if (isSameDecision(last, accept)) return [...appeals];
    throw new AppealError("appeal.decided", `the appeal against ${criterionId} is decided already`);
  }
  const said = comment?.trim().slice(0, LONGEST_REASON).toWellFormed() || null;
  const decision = { by, comment: said, at: at.toISOString() };
  const { status: _open, ...asked } = last;
  const decided: Appeal = accept
    ? {
        ...asked,
        status: "accepted",
        decision: { ...decision, ...given(accept, criterionId, { inForce, checklist }) },
      }
    : { ...asked, status: "rejected", decision };
  return appeals.map((appeal) => (appeal === last ? decided : appeal));
}

function given(
  { verdict, level }: VerdictChoice,
  criterionId: string,
  { inForce, checklist }: { inForce: Scorecard; checklist: Checklist },
): z.infer<typeof Given> {
  const criterion = checklist.criteria.find(({ id }) => id === criterionId);
  const before = inForce.verdicts.find((one) => one.criterionId === criterionId);
  if (!criterion || !before)
    throw new AppealError("appeal.unknown_criterion", `there is no verdict on ${criterionId}`);
  const isKnown = verdictChoices(criterion).some(
    (choice) => choice.verdict === verdict && choice.level === level,
  );
  if (!isKnown)
    throw new AppealError("appeal.unknown_verdict", `no such verdict can be given on ${criterionId}`);
  if (isSameVerdict(before, { verdict, level }))
    throw new AppealError("appeal.same_verdict", `that is the verdict on ${criterionId} already`);
  return { verdict, level, points: pointsOf(criterion, verdict, level) };
}

export function isSameVerdict(
  one: Pick<Verdict, "verdict" | "level">,
  other: Pick<Verdict, "verdict" | "level">,
): boolean {
  return one.verdict === other.verdict && one.level === other.level;
}

/** The one that counts of those against a criterion. */
export function lastOf(appeals: readonly Appeal[], criterionId: string): Appeal | undefined {
  return appeals.findLast((appeal) => appeal.criterionId === criterionId);
}

function isSamePerson(one: Person, other: Person): boolean {
  return one.role === other.role && one.id === other.id;
}

function isSameDecision(appeal: Appeal, accept: VerdictChoice | null): boolean {
  if (appeal.status === "accepted") return accept !== null && isSameVerdict(appeal.decision, accept);
  return appeal.status === "rejected" && accept === null;
}
