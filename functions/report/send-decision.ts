import * as z from "zod";
import type { Appeal } from "../../core/appeal.ts";
import { botAppealKey, indexRowKey, publishedKey } from "../../core/bucket-layout.ts";
import { callButtonData } from "../../core/button-data.ts";
import { CallRow } from "../../core/call-row.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { appealRef } from "../../core/review.ts";
import {
  type JudgedScorecard,
  readScorecardOfCall,
  scorecardInForce,
} from "../../core/scorecard-in-force.ts";
import { readJson } from "../../core/store-json.ts";
import type { AppealDecided } from "../../events/appeal-decided.ts";
import { messageTextsFor } from "../../locales/messages.ts";
import type { NothingDone } from "../run-stage.ts";
import { callHeading, criterionName, verdictWords } from "./appeal-notice.ts";
import { sendOnce } from "./send-once.ts";
import type { ReportPorts } from "./stage.ts";

/** Tells whoever waits for it in the messenger, once, how his appeal was decided: by a command or an assistant. What the bot decides it tells itself. */
export async function sendDecision(
  event: AppealDecided,
  ports: Pick<ReportPorts, "store" | "clock" | "notifier" | "settingsOf">,
): Promise<[] | NothingDone> {
  const { tenant, subject: callId, data } = event;
  const { store } = ports;
  const { criterionId, appealedAt } = data;
  const ref = appealRef({ tenant, callId, criterionId, appealedAt });
  const asker = (await readJson(store, botAppealKey(tenant, ref), z.object({ chat: z.string() })))?.value;
  if (!asker) return { code: "appeal.nobody_waits" };
  const judged = await readScorecardOfCall(store, tenant, callId);
  const row = (await readJson(store, indexRowKey(tenant, callId), CallRow))?.value;
  const appeal = judged?.appeals.find((one) => one.criterionId === criterionId && one.at === appealedAt);
  if (!judged || !row || !appeal || appeal.status === "open") return { code: "appeal.gone" };
  await sendOnce(publishedKey(tenant, callId, `appeal-told-${ref.slice(0, 16)}`), ports, async () => {
    const settings = await ports.settingsOf(tenant);
    const { appeals, number } = messageTextsFor(settings.locale);
    const score = (percent: number | null) => (percent === null ? "—" : number(percent));
    const words =
      appeal.status === "accepted"
        ? appeals.accepted(
            verdictWords(appeal.decision, criterionId, judged, messageTextsFor(settings.locale)),
          )
        : appeals.rejected;
    const shown = { ...row, percent: judged.inForce.percent };
    const about = `${callHeading(shown, settings)}\n<b>${escapeHtml(criterionName(criterionId, row, judged))}</b>`;
    const change = appeals.score(score(percentBefore(appeal, judged)), score(judged.inForce.percent));
    return {
      chat: asker.chat,
      blocks: [about, `<b>${escapeHtml(words)}</b>\n${escapeHtml(change)}`],
      buttons: [[{ text: appeals.cardButton, data: callButtonData(callId) }]],
    };
  });
  return [];
}

/** The score without this decision. */
function percentBefore(appeal: Appeal, { asJudged, checklist, appeals }: JudgedScorecard): number | null {
  if (!checklist) return asJudged.percent;
  return scorecardInForce(
    asJudged,
    checklist,
    appeals.filter((one) => one !== appeal),
  ).percent;
}
