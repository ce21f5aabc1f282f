import * as z from "zod";
import { announceRescored, rescoreCall as rescore } from "../../score/rescore.ts";
import { CallerError } from "../caller-error.ts";
import { findChecklist } from "../checklists.ts";
import { CallIdWords, findCallId, noCall, readCall } from "../find.ts";
import { scoreShown } from "../shown.ts";
import { defineTool } from "../tool.ts";
import { ScorecardShown, scorecardText, shownScorecard } from "./get-scorecard.ts";

export const rescoreCall = defineTool({
  name: "rescore_call",
  title: "Score a call again",
  description:
    "Scores a call by another checklist or version, beside its old scorecard, and shows the difference. Reports change only with publish. " +
    "What was judged before is not paid for again. May take a minute.",
  effects: { idempotent: true, openWorld: true },
  input: z.strictObject({
    call_id: CallIdWords,
    checklist_id: z.string().min(1).max(64),
    version: z.number().int().positive().optional().describe("Left out: the one in force"),
    publish: z.boolean().default(false).describe("Show the new score in reports"),
  }),
  output: z.object({
    call_id: z.string(),
    percent_before: z.number().nullable(),
    percent: z.number().nullable(),
    changed: z.array(
      z.object({ criterion_id: z.string(), before: z.string().nullable(), after: z.string() }),
    ),
    published: z.boolean(),
    scorecard: ScorecardShown,
  }),
  async run({ call_id, checklist_id, version, publish }, session, { progress }) {
    const { ports, tenant, settings } = session;
    const callId = await findCallId(call_id, session);
    if (!(await readCall(callId, session))) throw noCall(callId);
    const { checklist } = await findChecklist(checklist_id, version, session);
    await progress(0, 1, session.texts.mcp.stages.transcribed);
    const done = await rescore({
      store: ports.store,
      tenant,
      callId,
      checklist,
      settings,
      llm: await ports.llm(),
    });
    if (!done)
      throw new CallerError(
        `call_id: ${callId} cannot be scored by ${checklist_id}: it has no conversation to read, or the checklist is for other calls`,
      );
    if (publish) await announceRescored(done, tenant, ports);
    const { before, after } = done;
    return {
      call_id: callId,
      percent_before: before?.percent ?? null,
      percent: after.percent,
      changed: after.verdicts.flatMap(({ criterionId, verdict }) => {
        const old = before?.verdicts.find((other) => other.criterionId === criterionId)?.verdict ?? null;
        return old === verdict ? [] : [{ criterion_id: criterionId, before: old, after: verdict }];
      }),
      published: publish,
      scorecard: await shownScorecard(callId, { inForce: after, checklist }, session),
    };
  },
  text({ percent_before, percent, published, scorecard }, session) {
    const { texts } = session;
    const { mcp } = texts;
    const difference = mcp.rescored(scoreShown(percent_before, texts), scoreShown(percent, texts));
    return [difference, published ? mcp.published : mcp.notPublished, scorecardText(scorecard, session)].join(
      "\n",
    );
  },
});
