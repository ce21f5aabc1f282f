import { endOfHour, startOfHour } from "../../core/alerts.ts";
import { alertBundleKey, indexRowKey } from "../../core/bucket-layout.ts";
import { callButtonData } from "../../core/button-data.ts";
import { CallRow, startedMs } from "../../core/call-row.ts";
import { escapeHtml, type NotifierMessage } from "../../core/ports/notify.ts";
import type { Settings } from "../../core/settings.ts";
import { readJson } from "../../core/store-json.ts";
import type { AlertsBundled } from "../../events/alerts-bundled.ts";
import { messageTextsFor } from "../../locales/messages.ts";
import { closeHour } from "./alert-place.ts";
import { timeOf } from "./alert-text.ts";
import { whoOf } from "./digest-words.ts";
import { sendOnce } from "./send-once.ts";
import type { ReportPorts } from "./stage.ts";

const MOST_LINES = 40;
const MOST_BUTTONS = 8;

/** Tells together, at the end of the hour, of the calls for which there was no alert left in it. */
export async function sendBundle(
  { tenant, subject: hour }: AlertsBundled,
  ports: ReportPorts,
): Promise<void> {
  const callIds = await closeHour(tenant, hour, ports);
  if (callIds.length === 0) return;
  await sendOnce(alertBundleKey(tenant, hour), ports, async () => {
    const rows = await Promise.all(
      callIds.map(
        async (callId) => (await readJson(ports.store, indexRowKey(tenant, callId), CallRow))?.value,
      ),
    );
    const found = rows.filter((row) => row !== undefined);
    return bundleMessage(found, callIds.length, hour, await ports.settingsOf(tenant));
  });
}

/** The worst calls first, since a long list is read from its beginning. */
export function bundleMessage(
  rows: readonly CallRow[],
  total: number,
  hour: string,
  settings: Settings,
): NotifierMessage {
  const { locale, timeZone } = settings;
  const texts = messageTextsFor(locale);
  const { alerts } = texts;
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone });
  const from = startOfHour(hour);
  const listed = [...rows]
    .sort(
      (a, b) =>
        Number(b.autoFailed) - Number(a.autoFailed) ||
        (a.percent ?? 0) - (b.percent ?? 0) ||
        startedMs(a) - startedMs(b),
    )
    .slice(0, MOST_LINES)
    .map((row) => {
      const [time, who] = [timeOf(new Date(startedMs(row)), settings), whoOf(row, texts)];
      return { row, time, who, percent: alerts.percent(row.percent) };
    });
  const lines = listed.map(({ row, time, who, percent }) => {
    const line = alerts.bundle.call(time, who, percent);
    return row.autoFailedBy === null ? line : `${line}, ${alerts.bundle.autoFail(row.autoFailedBy)}`;
  });
  const hidden = total - listed.length;
  return {
    blocks: [
      [
        `⚠️ <b>${escapeHtml(alerts.bundle.title(total))}</b>`,
        escapeHtml(
          alerts.bundle.hour(day.format(from), timeOf(from, settings), timeOf(endOfHour(hour), settings)),
        ),
      ].join("\n"),
      [...lines, ...(hidden > 0 ? [alerts.bundle.more(hidden)] : [])].map(escapeHtml).join("\n"),
    ],
    buttons: listed
      .slice(0, MOST_BUTTONS)
      .map(({ row, time, who, percent }) => [
        { text: alerts.bundle.button(time, who, percent), data: callButtonData(row.callId) },
      ]),
  };
}
