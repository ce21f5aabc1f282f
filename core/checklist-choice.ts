import type { Call } from "./call.ts";
import type { Checklist } from "./checklist.ts";

/** What is known of a call when a checklist is chosen; an unknown agent or line fits only a checklist that does not ask for it. */
export interface ChoiceFacts {
  /** Null for an uploaded file: then it rules no checklist out. */
  direction: Call["direction"];
  agentId: string | null;
  departments: readonly string[];
  line: string | null;
  durationSec: number;
  /** Null while the kind of call is not known: then it rules no checklist out. */
  callType: string | null;
}

/** What the choice goes by, from what is stored of a call. */
export function factsOf(call: Call | undefined, durationSec: number, callType: string | null): ChoiceFacts {
  return {
    direction: call?.direction ?? null,
    agentId: call?.agent?.id ?? null,
    departments: call?.agent?.departments ?? [],
    line: call?.line ?? null,
    durationSec,
    callType,
  };
}

/**
 * The published checklists that a call can be judged by, the best one first: the most specific, then the one whose id comes first.
 */
export function fittingChecklists(checklists: readonly Checklist[], facts: ChoiceFacts): Checklist[] {
  return checklists
    .filter((checklist) => checklist.status === "published" && matches(checklist, facts))
    .sort((a, b) => specificity(b, facts) - specificity(a, facts) || (a.id < b.id ? -1 : 1));
}

function matches({ appliesTo }: Checklist, facts: ChoiceFacts): boolean {
  return (
    (facts.direction === null || allows(appliesTo.directions, facts.direction)) &&
    allows(appliesTo.agents, facts.agentId) &&
    allows(appliesTo.lines, facts.line) &&
    (appliesTo.departments.length === 0 ||
      appliesTo.departments.some((department) => facts.departments.includes(department))) &&
    (facts.callType === null || allows(appliesTo.callTypes, facts.callType)) &&
    facts.durationSec >= (appliesTo.minDurationSec ?? 0) &&
    facts.durationSec <= (appliesTo.maxDurationSec ?? Number.POSITIVE_INFINITY)
  );
}

function allows(list: readonly string[], value: string | null): boolean {
  return list.length === 0 || (value !== null && list.includes(value));
}

/** How much a checklist asks of a call: a list for one agent beats one for a department beats one for everybody. */
function specificity({ appliesTo }: Checklist, facts: ChoiceFacts): number {
  return (
    (appliesTo.agents.length > 0 ? 16 : 0) +
    (appliesTo.lines.length > 0 ? 8 : 0) +
    (appliesTo.departments.length > 0 ? 4 : 0) +
    (appliesTo.callTypes.length > 0 && facts.callType !== null ? 2 : 0) +
    (appliesTo.directions.length === 1 ? 1 : 0)
  );
}
