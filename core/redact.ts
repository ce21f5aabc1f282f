import type { Appeals, Person } from "./appeal.ts";
import type { Call } from "./call.ts";
import type { CallRow } from "./call-row.ts";
import type { Scorecard } from "./scorecard.ts";

/**
 * What stays of a call whose texts are removed: who of the company talked when and for how long, by which criteria it was judged, how, and what it cost.
 * Nothing that the client said, nothing that is said about him, and nothing that finds him.
 */

export interface RedactOptions {
  /** The agent's name as well; his number in the CRM stays, so that sums by agent stay what they were. */
  agentName?: boolean;
}

export function redactCall(call: Call, { agentName = false }: RedactOptions = {}): Call {
  const agent = call.agent && agentName ? { ...call.agent, name: null } : call.agent;
  return { ...call, agent, clientPhone: null, entity: null, activityId: null, title: null };
}

/** Comments and advice are the model's words about the conversation: they quote it as well. */
export function redactScorecard(scorecard: Scorecard): Scorecard {
  const { nextStep } = scorecard;
  return {
    ...scorecard,
    verdicts: scorecard.verdicts.map((verdict) => ({ ...verdict, evidence: [], comment: "", advice: null })),
    summary: null,
    clientNeed: null,
    objections: scorecard.objections.map((objection) => ({ ...objection, evidence: [] })),
    nextStep: nextStep && { ...nextStep, text: null },
    advice: [],
    adviceEvidence: [],
  };
}

/** What was decided stays, since the score hangs on it; what people wrote does not. */
export function redactAppeals(
  { appeals, ...about }: Appeals,
  { agentName = false }: RedactOptions = {},
): Appeals {
  const personOf = (person: Person): Person =>
    agentName && person.role === "agent" ? { ...person, name: null } : person;
  return {
    ...about,
    appeals: appeals.map((appeal) => {
      const said = { reason: "", by: personOf(appeal.by) };
      if (appeal.status === "open") return { ...appeal, ...said };
      const decided = { comment: null, by: personOf(appeal.decision.by) };
      return appeal.status === "accepted"
        ? { ...appeal, ...said, decision: { ...appeal.decision, ...decided } }
        : { ...appeal, ...said, decision: { ...appeal.decision, ...decided } };
    }),
  };
}

export function redactRow(row: CallRow, { agentName = false }: RedactOptions = {}): CallRow {
  const { worst, nextStep } = row;
  return {
    ...row,
    agentName: agentName ? null : row.agentName,
    title: null,
    worst: worst && { ...worst, evidence: null },
    best: null,
    objections: row.objections.map((objection) => ({ ...objection, quote: null, startSec: null })),
    nextStep: nextStep && { ...nextStep, text: null },
    summary: null,
    clientNeed: null,
  };
}
