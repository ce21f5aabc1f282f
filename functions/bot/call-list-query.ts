import type { CallFilters, Question } from "../../core/ask/asked.ts";
import type { Topic } from "../../core/ask/filters.ts";
import type { Period } from "../../core/ask/period.ts";
import type { ScoreRange } from "../../core/ask/score-range.ts";
import type { CallQueryInput } from "../../core/call-query.ts";
import type { CallRow } from "../../core/call-row.ts";
import { daysOf, keeperOf } from "../../core/period-query.ts";
import { tokenize } from "../../core/score/text.ts";
import { sameWord } from "../../core/score/word-forms.ts";
import { agentIdsOf, departmentsOf, excludedIds } from "./people.ts";
import type { Asking } from "./reply.ts";

type Keeper = (row: CallRow) => boolean;

export interface ListQuery {
  query: CallQueryInput;
  /** What the index cannot be asked for; undefined when it can be asked for all of it. */
  keeps: Keeper | undefined;
}

/** The question to the index for a list of calls. */
export function listQuery(
  question: Question,
  filters: CallFilters,
  period: Period,
  asking: Asking,
): ListQuery {
  const { order, scores, status, direction, topic, checklistId } = filters;
  const agentIds = agentIdsOf(question.people, asking);
  const departments = departmentsOf(question.people);
  const excluded = excludedIds(question.people);
  const byStatus = statusQuery(status);
  const isByScore = order !== "latest" && byStatus.query.statuses === undefined;
  const keepers = [
    keeperOf(period),
    byStatus.keeps,
    scores?.band ? (row: CallRow) => row.band === scores.band : undefined,
    excluded.size > 0 ? (row: CallRow) => !excluded.has(row.agentId ?? "") : undefined,
    topic?.of === "criterion" ? (row: CallRow) => isAboutCriterion(row, topic) : undefined,
  ].filter((keeper) => keeper !== undefined);
  const query: CallQueryInput = {
    tenant: asking.ports.tenant,
    ...daysOf(period),
    ...(agentIds ? { agentIds } : {}),
    ...(departments ? { departments } : {}),
    ...(direction ? { directions: [direction] } : {}),
    ...(checklistId ? { checklist: { id: checklistId } } : {}),
    ...rangeQuery(scores),
    ...(topic?.of === "mention" ? { text: topic.words } : {}),
    ...byStatus.query,
    ...(isByScore ? { statuses: ["scored"] } : {}),
    order:
      order === "latest"
        ? { by: "startedAt", direction: "desc" }
        : { by: "percent", direction: order === "worst" ? "asc" : "desc" },
  };
  return { query, keeps: keepers.length === 0 ? undefined : (row) => keepers.every((keep) => keep(row)) };
}

/** Percents have at most one decimal, so «below 50» ends at 49.9. */
function rangeQuery(scores: ScoreRange | null): Pick<CallQueryInput, "percentFrom" | "percentTo"> {
  if (!scores) return {};
  const { below, above, atLeast, atMost } = scores;
  const from = above === undefined ? atLeast : (above * 10 + 1) / 10;
  const to = below === undefined ? atMost : (below * 10 - 1) / 10;
  return {
    ...(from === undefined ? {} : { percentFrom: Math.min(from, 100) }),
    ...(to === undefined ? {} : { percentTo: Math.max(to, 0) }),
  };
}

function statusQuery(status: CallFilters["status"]): {
  query: Pick<CallQueryInput, "statuses" | "needsReview" | "passed">;
  keeps?: Keeper;
} {
  switch (status) {
    case "no_recording":
      return { query: { statuses: ["skipped", "failed"] }, keeps: ({ code }) => code === "recording.absent" };
    case "not_scored":
      return { query: { statuses: ["skipped", "failed"] } };
    case "failed":
      return { query: { statuses: ["failed"] } };
    case "needs_review":
      return { query: { needsReview: true } };
    case "not_passed":
      return { query: { passed: false, statuses: ["scored"] } };
    case "violations":
      return { query: { statuses: ["scored"] }, keeps: ({ autoFailed }) => autoFailed };
    default:
      return { query: {} };
  }
}

/** Every word that was typed stands in the criterion, in some form. */
function isAboutCriterion({ criteria }: CallRow, { words, isFailed }: Topic): boolean {
  const wanted = tokenize(words).filter(({ form }) => form.length > 2);
  if (wanted.length === 0) return false;
  return criteria.some(({ text, verdict }) => {
    const isAsked = isFailed ? verdict === "not_met" || verdict === "partly" : verdict === "met";
    if (!isAsked) return false;
    const has = tokenize(text);
    return wanted.every((word) =>
      has.some((other) => sameWord(word, other) || word.stem === other.stem || isAkin(word.stem, other.stem)),
    );
  });
}

/** «поздоровался» and «приветствие» are not akin, «приветствия» and «поприветствовал» nearly. */
function isAkin(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length);
  return length >= 5 && one.slice(0, length - 1) === other.slice(0, length - 1);
}
