import { Cron } from "croner";
import { digestKey, indexDayPrefix } from "../core/bucket-layout.ts";
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
}

/** Announces the digest of the day at its time in the tenant's time zone; one that was missed while the service was down follows at the start. */
export async function startSchedule(
  options: ScheduleOptions,
): Promise<{ stop(): void; nextDigestAt: Date | null }> {
  const { settings, onError } = options;
  const [hour, minute] = settings.digestAt.split(":").map(Number);
  const job = new Cron(`0 ${minute} ${hour} * * *`, { timezone: settings.timeZone }, () => {
    announceDigest(options, dayIn(settings.timeZone, new Date())).catch(onError);
  });
  await announceMissed(job, options);
  return { stop: () => job.stop(), nextDigestAt: job.nextRun() };
}

async function announceMissed(
  job: Cron,
  { store, queue, tenant, settings, onError }: ScheduleOptions,
): Promise<void> {
  const missedAt = job.previousRuns(1)[0];
  if (!missedAt) return;
  const day = dayIn(settings.timeZone, missedAt);
  if (await exists(store, digestKey(tenant, day))) return;
  // Nothing was heard that day, so nothing was missed: a fresh start sends no empty digest.
  for await (const _row of store.list(indexDayPrefix(tenant, day))) {
    await announceDigest({ store, queue, tenant, settings, onError }, day);
    return;
  }
}

async function announceDigest({ queue, tenant }: ScheduleOptions, day: string): Promise<void> {
  await publish([DigestDue.create({ tenant, subject: day, time: new Date(), data: { day } })], queue);
}
