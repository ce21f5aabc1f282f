import type { CallIndex, CallIndexUpkeep } from "../../core/ports/call-index.ts";
import type { CrmEntity } from "../../core/ports/crm.ts";
import type { CrmWriter } from "../../core/ports/crm-writer.ts";
import type { Notifier } from "../../core/ports/notify.ts";
import type { Settings } from "../../core/settings.ts";
import type { WriteBack } from "../../core/write-back.ts";
import type { Stage, StagePorts } from "../run-stage.ts";
import { alertsOf, sendAlert } from "./alert.ts";
import { sendBundle } from "./alert-bundle.ts";
import { recordCall } from "./call-row.ts";
import { sendDigest } from "./digest.ts";
import { digestFiles } from "./digest-files.ts";
import { sendRecipientAlert } from "./recipient-alert.ts";
import { isSuperseded, requestsOf, sendRecordingRequest } from "./recording-request.ts";
import { sendAppeal } from "./send-appeal.ts";
import { sendDecision } from "./send-decision.ts";
import { compactClosedDays } from "./upkeep.ts";
import { sendVendorAlert } from "./vendor-alert.ts";
import { writeBack, writeBacksOf } from "./write-back.ts";

export interface ReportPorts extends StagePorts {
  /** Null when the company uses no messenger. */
  notifier(): Promise<Notifier | null>;
  settingsOf(tenant: string): Promise<Settings>;
  index(): Promise<CallIndex>;
  /** Absent where somebody else looks after the index. */
  upkeep?: () => Promise<CallIndexUpkeep>;
  /** Where a person opens this card of the CRM; absent where nobody can say. */
  cardUrl?: (card: CrmEntity) => string;
  /** What of each scored call goes into the CRM; absent when nothing does. */
  writeBack?: { kinds: readonly WriteBack[]; writer(what: WriteBack): Promise<CrmWriter> } | undefined;
}

/**
 * Records how each call ended, sends the digest when it is due, and tells when a vendor stops serving us.
 *
 *     call.scored, call.skipped, call.failed → a row of the index
 *     call.scored → writeback.due for each thing that goes into the CRM → comment, transcript, field
 *     digest.due → digest.json and Telegram, then charts, PDF and Excel
 *     call.scored → alert.due where it was scored badly → Telegram at once, or alerts.bundled → Telegram at the end of the hour
 *     vendor.paused, vendor.recovered, recipient.lost → an alert
 *     appeal.made → Telegram, with a button for each decision; appeal.decided → whoever waits for it there
 *     call.failed → recording.requested where a person may have the recording → Telegram
 *
 * Safe to run twice: a row is made anew from the call's artefacts, and a marker keeps that a digest was sent. When Telegram's answer is lost
 * the digest comes twice, which is preferred to not at all, and the marker counts it.
 */
export const report: Stage<ReportPorts> = {
  name: "report",
  run: async (event, ports) => {
    switch (event.type) {
      case "call.scored": {
        const row = await recordCall(event, ports);
        return [...(await alertsOf(event, row, ports)), ...writeBacksOf(event, ports)];
      }
      case "call.skipped":
      case "call.failed":
        if (await isSuperseded(event, ports)) return { code: "outcome.superseded" };
        await recordCall(event, ports);
        return event.type === "call.failed" ? requestsOf(event, ports) : [];
      case "recording.requested":
        return sendRecordingRequest(event, ports);
      case "appeal.made":
        return sendAppeal(event, ports);
      case "appeal.decided":
        return sendDecision(event, ports);
      case "digest.due":
        await sendDigest(event, ports, { files: digestFiles });
        // Once a day, when what matters is done.
        if (ports.upkeep) await compactClosedDays(event.tenant, await ports.upkeep());
        return [];
      case "vendor.paused":
      case "vendor.recovered":
        await sendVendorAlert(event, ports);
        return [];
      case "writeback.due":
        return writeBack(event, ports);
      case "alert.due":
        return sendAlert(event, ports);
      case "alerts.bundled":
        await sendBundle(event, ports);
        return [];
      case "recipient.lost":
        await sendRecipientAlert(event, ports);
        return [];
      default:
        return [];
    }
  },
};
