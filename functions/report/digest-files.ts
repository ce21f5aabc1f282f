import * as z from "zod";
import { digestDocumentKey, digestKey, digestSentKey } from "../../core/bucket-layout.ts";
import { doneEffect } from "../../core/claim.ts";
import type { NotifierFile } from "../../core/ports/notify.ts";
import { Report } from "../../core/report.ts";
import { periodName } from "../../core/report-period.ts";
import { readJson } from "../../core/store-json.ts";
import type { DigestDue } from "../../events/digest-due.ts";
import { rowsOf } from "./make-report-rows.ts";
import { sendOnce } from "./send-once.ts";
import type { ReportPorts } from "./stage.ts";

/** Makes the pictures and documents of a digest. */
export type MakeFiles = (report: Report, ports: ReportPorts) => Promise<readonly NotifierFile[]>;

/** Pictures, PDF and Excel; the documents are kept beside the digest as well. */
export const digestFiles: MakeFiles = async (report, ports) => {
  const { tenant, period } = report;
  const settings = await ports.settingsOf(tenant);
  // Its libraries are large, and most runs of the stage make no document.
  const { reportFiles } = await import("./documents/report-files.ts");
  const rows = rowsOf(await ports.index(), { tenant, from: period.from, to: period.to });
  const files = await reportFiles(report, rows, settings);
  for (const { bytes, mediaType } of files) {
    const extension = kept[mediaType];
    if (extension === undefined) continue;
    const key = digestDocumentKey(tenant, periodName(period), extension);
    await ports.store.put(key, bytes, { contentType: mediaType });
  }
  return files;
};

const kept: Readonly<Record<string, "pdf" | "xlsx">> = {
  "application/pdf": "pdf",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
};

const kinds = ["photo", "document"] as const;

/**
 * Makes a digest's files and sends them as an answer to its text, where there is a messenger: the pictures once, and the documents once. The text has been sent by then and is marked as sent,
 * so whatever goes wrong with a file is tried again without it, and a file that cannot be made becomes a dead letter and costs nobody the digest.
 */
export async function sendDigestFiles(
  { tenant, data: period }: DigestDue,
  replyTo: string | undefined,
  makeFiles: MakeFiles,
  ports: ReportPorts,
): Promise<void> {
  if (!(await ports.settingsOf(tenant)).digestFiles) return;
  const name = periodName(period);
  const keyOf = (kind: NotifierFile["kind"]) => digestSentKey(tenant, name, `telegram-${kind}s`);
  const done = await Promise.all(kinds.map((kind) => doneEffect(ports.store, keyOf(kind), z.unknown())));
  if (done.every((result) => result !== undefined)) return;
  const report = (await readJson(ports.store, digestKey(tenant, name), Report))?.value;
  // Made before anything is claimed: that takes its time, and a claim is short.
  const files = report ? await makeFiles(report, ports) : [];
  for (const kind of kinds) {
    const ofKind = files.filter((file) => file.kind === kind);
    await sendOnce(keyOf(kind), ports, async () => ({
      blocks: [],
      files: ofKind,
      ...(replyTo === undefined ? {} : { replyTo }),
    }));
  }
}
