import { cohenKappa } from "./agreement.ts";
import type { Appeal, Appeals } from "./appeal.ts";

/** How people have judged the verdicts on one criterion that somebody did not agree with. */
export interface AppealTally {
  checklistId: string;
  criterionId: string;
  /** Verdicts, whatever number of appeals there were against each. */
  appealed: number;
  open: number;
  /** The person came to another verdict than the program. */
  changed: number;
  /** The program's verdict stands. */
  confirmed: number;
  /** Between program and person on the decided ones; null where nothing is decided. */
  kappa: number | null;
}

export interface AppealAgreement {
  /** The most disputed first. */
  criteria: AppealTally[];
  all: AppealTally;
}

/**
 * Sums appeals up by criterion, over all versions of a checklist: an id never changes its meaning. What nobody complained about is not in it, so
 * it says where the program is disputed and not how often it is right.
 */
export function appealAgreement(lists: readonly Appeals[]): AppealAgreement {
  const judged = lists.flatMap(verdictsOf);
  const byCriterion = Map.groupBy(judged, ({ checklistId, criterionId }) => `${checklistId}\n${criterionId}`);
  const criteria = [...byCriterion.values()].map(tallyOf);
  return {
    criteria: criteria.sort(
      (a, b) =>
        b.changed - a.changed ||
        b.appealed - a.appealed ||
        compare(a.checklistId, b.checklistId) ||
        compare(a.criterionId, b.criterionId),
    ),
    all: { ...tallyOf(judged), checklistId: "", criterionId: "" },
  };
}

interface DisputedVerdict {
  checklistId: string;
  criterionId: string;
  /** What the program said, as a name to compare by, and what the person made of it; null while nobody has decided. */
  program: string;
  person: string | null;
}

function verdictsOf({ checklist, appeals }: Appeals): DisputedVerdict[] {
  const byCriterion = Map.groupBy(appeals, ({ criterionId }) => criterionId);
  return [...byCriterion].flatMap(([criterionId, list]) => {
    const [first] = list;
    if (!first) return [];
    const program = nameOf(first.judged);
    return [{ checklistId: checklist.id, criterionId, program, person: lastWord(list, program) }];
  });
}

/** An appeal that was rejected leaves what was decided before. */
function lastWord(list: readonly Appeal[], program: string): string | null {
  const accepted = list.findLast((appeal) => appeal.status === "accepted");
  if (accepted?.status === "accepted") return nameOf(accepted.decision);
  return list.some(({ status }) => status === "rejected") ? program : null;
}

function nameOf({ verdict, level }: { verdict: string; level: string | null }): string {
  return level === null ? verdict : `${verdict} ${level}`;
}

function tallyOf(verdicts: readonly DisputedVerdict[]): AppealTally {
  const decided = verdicts.flatMap(({ program, person }) =>
    person === null ? [] : [[person, program] as const],
  );
  const confirmed = decided.filter(([person, program]) => person === program).length;
  return {
    checklistId: verdicts[0]?.checklistId ?? "",
    criterionId: verdicts[0]?.criterionId ?? "",
    appealed: verdicts.length,
    open: verdicts.length - decided.length,
    changed: decided.length - confirmed,
    confirmed,
    kappa: cohenKappa(decided),
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
