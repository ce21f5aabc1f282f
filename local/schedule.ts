import { Cron } from "croner";
import { digestSentKey, indexDayPrefix } from "../core/bucket-layout.ts";
import { dayIn } from "../core/call.ts";
import type { QueueSender } from "../core/ports/queue.ts";
import type { Store } from "../core/ports/store.ts";
import type { Settings } from "../core/settings.ts";
import { exists } from "../core/store-json.ts";
import { DigestDue } from "../events/digest-due.ts";
import { publish } from "../functions/run-stage.ts";

interface ScheduleOptions {
  store: Store;
  queue: QueueSender;
  tenant: string;
  settings: Settings;
  onError(error: unknown): void;
  now?(): Date;
}

/** How many digests back one that was missed is still sent: the service was off from Friday evening to Monday morning. */
const MISSED_DIGESTS = 3;

/** Announces the digest of the day at its time in the tenant's time zone; those missed while the service was down follow at the start. */
export async function startSchedule(
  options: ScheduleOptions,
): Promise<{ stop(): void; nextDigestAt: Date | null }> {
  const { settings, onError, now = () => new Date() } = options;
  const [hour, minute] = settings.digestAt.split(":").map(Number);
  const pattern = `0 ${minute} ${hour} * * *`;
  const job = new Cron(pattern, { timezone: settings.timeZone, paused: true }, () => {
    announceDigest(options, dayIn(settings.timeZone, now())).catch(onError);
  });
  // Oldest first, so that each counts the late calls of those before it.
  const missed = job.previousRuns(MISSED_DIGESTS, now()).reverse();
  for (const at of missed) await announceMissed(dayIn(settings.timeZone, at), options);
  job.resume();
  return { stop: () => job.stop(), nextDigestAt: job.nextRun(now()) };
}

async function announceMissed(day: string, options: ScheduleOptions): Promise<void> {
  const { store, tenant } = options;
  if (await exists(store, digestSentKey(tenant, day, "telegram"))) return;
  // Nothing was heard that day, so nothing was missed: a fresh start sends no empty digest.
  for await (const _row of store.list(indexDayPrefix(tenant, day))) return announceDigest(options, day);
}

async function announceDigest(
  { queue, tenant, now = () => new Date() }: ScheduleOptions,
  day: string,
): Promise<void> {
  await publish([DigestDue.create({ tenant, subject: day, time: now(), data: { day } })], queue);
}
