import { vendorAlertKey } from "../../core/bucket-layout.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import type { Settings } from "../../core/settings.ts";
import { exists } from "../../core/store-json.ts";
import { writeBackVendor } from "../../core/write-back.ts";
import type { VendorPaused } from "../../events/vendor-paused.ts";
import type { VendorRecovered } from "../../events/vendor-recovered.ts";
import { messageTextsFor } from "../../locales/messages.ts";
import { sendOnce } from "./send-once.ts";
import type { ReportPorts } from "./stage.ts";

/** Tells the supervisor that a vendor has stopped serving us, or serves us again: once for each trouble. */
export async function sendVendorAlert(
  event: VendorPaused | VendorRecovered,
  ports: ReportPorts,
): Promise<void> {
  const { tenant, data } = event;
  // Nobody can be told over Telegram that Telegram refuses us: the log, the status and /health say it.
  if (data.vendor === "notify") return;
  if (!(await ports.notifier())) return;
  if (await isToldAlready(event, ports)) return;
  const what = event.type === "vendor.paused" ? "paused" : "recovered";
  const key = vendorAlertKey(tenant, data.vendor, data.since, what);
  await sendOnce(key, ports, async () => ({ blocks: [alertText(event, await ports.settingsOf(tenant))] }));
}

/** An outage of the CRM is told once, by the reading of calls; of the writing only what is wrong with it alone. */
const ABOUT_WRITING = ["crm.insufficient_scope", "crm.forbidden", "crm.field_missing"];

async function isToldAlready(
  { type, tenant, data }: VendorPaused | VendorRecovered,
  { store }: ReportPorts,
): Promise<boolean> {
  if (!Object.values<string>(writeBackVendor).includes(data.vendor)) return false;
  if (type === "vendor.paused") return !ABOUT_WRITING.includes(data.code);
  return !(await exists(store, vendorAlertKey(tenant, data.vendor, data.since, "paused")));
}

function alertText(event: VendorPaused | VendorRecovered, settings: Settings): string {
  const { locale, timeZone } = settings;
  const texts = messageTextsFor(locale).vendorAlert;
  const since = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  }).format(new Date(event.data.since));
  const vendor = texts.vendors[event.data.vendor];
  if (event.type === "vendor.recovered") {
    return `🟢 <b>${escapeHtml(texts.recovered(vendor))}</b>\n${escapeHtml(texts.goesOn)}`;
  }
  return [
    `🔴 <b>${escapeHtml(texts.paused(vendor, since))}</b>`,
    escapeHtml(texts.reason(event.data.code)),
    escapeHtml(texts.nothingLost),
  ].join("\n");
}
