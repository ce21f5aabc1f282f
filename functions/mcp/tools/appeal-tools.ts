import * as z from "zod";
import { lastOf, type Person, readVerdictChoice, verdictChoices } from "../../../core/appeal.ts";
import { appealAgreement } from "../../../core/appeal-agreement.ts";
import { allAppeals, resolveAppeal as decide, appeal as putAppeal } from "../../../core/review.ts";
import { CallerError } from "../caller-error.ts";
import { AgentWords, CallIdWords, findAgent, findCallId, findRow } from "../find.ts";
import { scoreShown } from "../shown.ts";
import { snakeCase } from "../snake-case.ts";
import { defineTool } from "../tool.ts";
import { scorecardInForce } from "./get-scorecard.ts";

const CriterionId = z.string().min(1).max(64).describe("criterion_id of get_scorecard");
const Name = z.string().min(1).max(100);

export const appeal = defineTool({
  name: "appeal",
  title: "Appeal against a verdict",
  description:
    "Says that a verdict on one criterion of a call is wrong, and why. It counts once a supervisor has decided it with resolve_appeal.",
  effects: { idempotent: true },
  input: z.strictObject({
    call_id: CallIdWords,
    criterion_id: CriterionId,
    reason: z.string().min(1).max(1000),
    agent: AgentWords.optional().describe(
      "On whose behalf: the manager of the call. Left out: the supervisor's",
    ),
    name: Name.optional().describe("Who says so"),
  }),
  output: z.object({
    call_id: z.string(),
    criterion_id: z.string(),
    status: z.enum(["open", "accepted", "rejected"]),
    existed: z.boolean(),
    percent: z.number().nullable(),
  }),
  async run({ call_id, criterion_id, reason, agent, name }, session) {
    const { callId } = await findRow(call_id, session);
    const member = agent === undefined ? undefined : await findAgent(agent, session);
    const by: Person = member
      ? { role: "agent", id: member.id, name: member.name }
      : { role: "supervisor", id: null, name: name ?? null };
    const { tenant, ports } = session;
    const put = await putAppeal(ports, { tenant, callId, criterionId: criterion_id, reason, by });
    return {
      call_id: callId,
      criterion_id,
      status: put.appeal.status,
      existed: put.existed,
      percent: put.scorecard.percent,
    };
  },
  text: ({ existed }, { texts: { mcp } }) => mcp.appealed(existed),
});

export const resolveAppeal = defineTool({
  name: "resolve_appeal",
  title: "Decide an appeal",
  description:
    "Decides the open appeal against a verdict. To accept it, say which verdict is right; the score is reckoned anew and reports show it.",
  effects: { destructive: true, idempotent: true },
  input: z.strictObject({
    call_id: CallIdWords,
    criterion_id: CriterionId,
    decision: z.enum(["accept", "reject"]),
    verdict: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe("met, partly, not_met, not_applicable, or a level's id"),
    comment: z.string().max(1000).optional(),
    name: Name.optional().describe("Who decides"),
  }),
  output: z.object({
    call_id: z.string(),
    criterion_id: z.string(),
    status: z.enum(["open", "accepted", "rejected"]),
    percent_before: z.number().nullable(),
    percent: z.number().nullable(),
  }),
  async run({ call_id, criterion_id, decision, verdict, comment, name }, session) {
    const callId = await findCallId(call_id, session);
    if ((decision === "accept") !== (verdict !== undefined))
      throw new CallerError(
        "verdict: say which one is right when you accept, and leave it out when you reject",
      );
    const judged = await scorecardInForce(callId, session);
    const criterion = judged?.checklist?.criteria.find(({ id }) => id === criterion_id);
    const accept = verdict === undefined || !criterion ? null : readVerdictChoice(criterion, verdict);
    if (verdict !== undefined && criterion && !accept) {
      const words = verdictChoices(criterion).map((choice) => choice.level ?? choice.verdict);
      throw new CallerError(`verdict: one of ${words.join(", ")} is expected`);
    }
    if (verdict !== undefined && !criterion && judged?.checklist)
      throw new CallerError(`criterion_id: the checklist has no criterion ${criterion_id}`);
    const { tenant, ports } = session;
    const by: Person = { role: "supervisor", id: null, name: name ?? null };
    const deciding = {
      tenant,
      callId,
      criterionId: criterion_id,
      by,
      accept: accept ?? null,
      comment: comment ?? null,
    };
    const decided = await decide(ports, deciding);
    return {
      call_id: callId,
      criterion_id,
      status: decided.appeal.status,
      percent_before: decided.before.percent,
      percent: decided.scorecard.percent,
    };
  },
  text: ({ percent_before, percent }, { texts }) =>
    texts.mcp.resolved(scoreShown(percent_before, texts), scoreShown(percent, texts)),
});

const Tally = z.object({
  checklist_id: z.string(),
  criterion_id: z.string(),
  appealed: z.number().int(),
  open: z.number().int(),
  changed: z.number().int(),
  confirmed: z.number().int(),
  kappa: z.number().nullable(),
});

export const agreementReport = defineTool({
  name: "agreement_report",
  title: "Report on agreement",
  description:
    "Where people and the program disagree: appeals by criterion, how many verdicts people changed, Cohen's kappa of the decided ones, " +
    "and what is still open.",
  effects: { readOnly: true },
  input: z.strictObject({ checklist_id: z.string().min(1).max(64).optional() }),
  output: z.object({
    all: Tally,
    criteria: z.array(Tally),
    open: z.array(
      z.object({ call_id: z.string(), criterion_id: z.string(), reason: z.string(), at: z.string() }),
    ),
  }),
  async run({ checklist_id }, { ports, tenant }) {
    const every = await Array.fromAsync(allAppeals(ports.store, tenant));
    const lists = every.filter(
      ({ checklist }) => checklist_id === undefined || checklist.id === checklist_id,
    );
    const open = lists.flatMap(({ callId, appeals }) =>
      [...new Set(appeals.map(({ criterionId }) => criterionId))]
        .flatMap((id) => lastOf(appeals, id) ?? [])
        .filter(({ status }) => status === "open")
        .map(({ criterionId, reason, at }) => ({ call_id: callId, criterion_id: criterionId, reason, at })),
    );
    const sums = snakeCase(appealAgreement(lists)) as { all: never; criteria: never };
    return { all: sums.all, criteria: sums.criteria, open: open.slice(0, 100) };
  },
  text: ({ all, criteria, open }, { texts: { mcp } }) =>
    [
      mcp.agreement(all.appealed, all.changed),
      ...criteria
        .slice(0, 20)
        .map(
          ({ criterion_id, changed, appealed }) => `- ${mcp.agreementOf(criterion_id, appealed, changed)}`,
        ),
      ...open
        .slice(0, 20)
        .map(({ call_id, criterion_id, reason }) => `- ${call_id}, ${criterion_id}: ${reason}`),
    ].join("\n"),
});
