import { digestKey, digestSentKey } from "../../core/bucket-layout.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Report } from "../../core/report.ts";
import { periodName } from "../../core/report-period.ts";
import { writeJson } from "../../core/store-json.ts";
import type { DigestDue } from "../../events/digest-due.ts";
import { type MakeFiles, sendDigestFiles } from "./digest-files.ts";
import { digestMessage } from "./digest-message.ts";
import { makeReport } from "./make-report.ts";
import { sendOnce } from "./send-once.ts";
import type { ReportPorts } from "./stage.ts";

/** Makes the digest of the period, keeps it, and sends it if nobody has; then its files, where there are any. */
export async function sendDigest(
  event: DigestDue,
  ports: ReportPorts,
  { files }: { files?: MakeFiles } = {},
): Promise<void> {
  const { tenant, data: period } = event;
  const sent = await sendOnce(digestSentKey(tenant, periodName(period), "telegram"), ports, async () => {
    const report = await makeReport({ tenant, period, ports });
    await keepReport(ports.store, report);
    return { blocks: digestMessage(report, await ports.settingsOf(tenant)) };
  });
  if (files) await sendDigestFiles(event, sent.messageIds[0], files, ports);
}

/** Puts the report beside the others. Of a day that says as well which calls have been counted: keep what people get to see, and only that. */
export async function keepReport(store: Store, report: Report): Promise<void> {
  await writeJson(store, digestKey(report.tenant, periodName(report.period)), report);
}
