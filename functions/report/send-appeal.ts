import * as z from "zod";
import { botAppealKey, indexRowKey, publishedKey } from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import { storedButtons } from "../../core/chat-choices.ts";
import { appealRef } from "../../core/review.ts";
import { readScorecardOfCall } from "../../core/scorecard-in-force.ts";
import { readJson } from "../../core/store-json.ts";
import type { AppealMade } from "../../events/appeal-made.ts";
import type { NothingDone } from "../run-stage.ts";
import { appealNotice } from "./appeal-notice.ts";
import { sendOnce } from "./send-once.ts";
import type { ReportPorts } from "./stage.ts";

/** Asks the supervisor, once, to decide an appeal, whichever way it was made: by the bot, a command or an assistant. */
export async function sendAppeal(
  event: AppealMade,
  ports: Pick<ReportPorts, "store" | "clock" | "notifier" | "settingsOf">,
): Promise<[] | NothingDone> {
  const { tenant, subject: callId, data } = event;
  const { store } = ports;
  const judged = await readScorecardOfCall(store, tenant, callId);
  const row = (await readJson(store, indexRowKey(tenant, callId), CallRow))?.value;
  const { criterionId, appealedAt } = data;
  const appeal = judged?.appeals.find((one) => one.criterionId === criterionId && one.at === appealedAt);
  // Another checklist's scorecard may be in force since.
  if (!judged || !row || !appeal) return { code: "appeal.gone" };
  if (appeal.status !== "open") return { code: "appeal.decided" };
  const ref = appealRef({ tenant, callId, criterionId, appealedAt });
  await sendOnce(publishedKey(tenant, callId, `appeal-asked-${ref.slice(0, 16)}`), ports, async () => {
    const asker = (await readJson(store, botAppealKey(tenant, ref), z.object({ chat: z.string() })))?.value;
    const settings = await ports.settingsOf(tenant);
    const { blocks, buttons } = appealNotice(
      appeal,
      { ...row, callId },
      judged,
      asker?.chat ?? null,
      settings,
    );
    return { blocks, buttons: await storedButtons(buttons, { store, tenant }) };
  });
  return [];
}
