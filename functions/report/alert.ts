import * as z from "zod";
import { isTooOldForAlert, warrantsAlert } from "../../core/alerts.ts";
import { callPrefix, checklistKey, indexRowKey, publishedKey } from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import { Checklist } from "../../core/checklist.ts";
import { doneEffect, markDone } from "../../core/claim.ts";
import type { Store } from "../../core/ports/store.ts";
import { Scorecard } from "../../core/scorecard.ts";
import { readJson } from "../../core/store-json.ts";
import { AlertDue } from "../../events/alert-due.ts";
import { type AlertsBundled, alertsBundled } from "../../events/alerts-bundled.ts";
import type { CallScored } from "../../events/call-scored.ts";
import type { NothingDone } from "../run-stage.ts";
import { takePlace } from "./alert-place.ts";
import { alertMessage } from "./alert-text.ts";
import { sendOnce } from "./send-once.ts";
import type { ReportPorts } from "./stage.ts";

const DEFAULT_ALERT_BELOW = 40;

/** One message for itself, so that Telegram being down holds up neither the row nor what goes into the CRM. */
export async function alertsOf(event: CallScored, row: CallRow, ports: ReportPorts): Promise<AlertDue[]> {
  const { tenant, subject, time, data } = event;
  if (isTooOldForAlert(row, ports.clock.now())) return [];
  const checklist = await readChecklistOf(row, tenant, ports.store);
  if (!warrantsAlert(row, checklist?.alertBelowPercent ?? DEFAULT_ALERT_BELOW)) return [];
  const distinct = `${data.checklistId}@${data.checklistVersion}`;
  const { scorecardKey } = data;
  return [AlertDue.create({ tenant, subject, time: new Date(time), distinct, data: { scorecardKey } })];
}

/** As the marker keeps it: its own messages, or the hour in whose message it is. */
const Alerted = z.object({ messageIds: z.array(z.string()), bundledIn: z.string().optional() });
type Alerted = z.infer<typeof Alerted>;

/**
 * Tells of one call that was scored badly, once. So many in an hour and no more; the others are counted and come together at its end.
 *
 * A call that has waited for a day, or that a person has had scored anew or decided on, is told of by the digests alone.
 */
export async function sendAlert(event: AlertDue, ports: ReportPorts): Promise<AlertsBundled[] | NothingDone> {
  const { tenant, subject: callId } = event;
  const { store, clock } = ports;
  if (!(await ports.notifier())) return { code: "alert.no_messenger" };
  const key = publishedKey(tenant, callId, "alert");
  const done = await doneEffect(store, key, Alerted);
  if (done) return done.bundledIn === undefined ? [] : [alertsBundled(tenant, done.bundledIn)];

  const row = (await readJson(store, indexRowKey(tenant, callId), CallRow))?.value;
  const scorecard = (await readJson(store, event.data.scorecardKey, Scorecard))?.value;
  if (!row || !scorecard) return { code: "alert.call_gone" };
  const checklist = await readChecklistOf(row, tenant, store);
  if (!warrantsAlert(row, checklist?.alertBelowPercent ?? DEFAULT_ALERT_BELOW))
    return { code: "alert.not_needed" };
  if (isTooOldForAlert(row, clock.now())) return { code: "alert.too_old" };
  if (row.overridden > 0 || (await countScorecards(store, tenant, callId)) > 1)
    return { code: "alert.seen_by_person" };
  if (row.overridden > 0) return { code: "alert.decided" };

  const settings = await ports.settingsOf(tenant);
  const place = await takePlace(tenant, callId, settings.alertsPerHour, ports);
  if (place.isAlone) {
    await sendOnce(key, ports, async () => alertMessage(row, scorecard, checklist, settings));
    return [];
  }
  const bundled: Alerted = { messageIds: [], bundledIn: place.hour };
  await markDone(store, clock, key, bundled);
  return place.opensBundle ? [alertsBundled(tenant, place.hour)] : [];
}

/** A checklist that was broken or removed since costs the message its wording, not the call its alert. */
async function readChecklistOf(
  { checklistId, checklistVersion }: CallRow,
  tenant: string,
  store: Store,
): Promise<Checklist | undefined> {
  if (checklistId === null || checklistVersion === null) return undefined;
  const key = checklistKey(tenant, checklistId, checklistVersion);
  return (await readJson(store, key, Checklist).catch(() => undefined))?.value;
}

async function countScorecards(store: Store, tenant: string, callId: string): Promise<number> {
  let count = 0;
  for await (const _scorecard of store.list(`${callPrefix(tenant, callId)}scorecard/`)) count += 1;
  return count;
}
