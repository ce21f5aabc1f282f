import type { Functions } from "./make-functions.ts";
import type { Settings } from "./settings.ts";

/** What runs by the clock. What goes wrong is not tried again: the next run is the repetition. */
export function makeSchedules(functions: Functions, { sweepEverySec }: Settings): void {
  new sst.aws.CronV2("SweepSchedule", {
    schedule: rateOf(sweepEverySec),
    function: functions.sweep.arn,
    retries: 0,
  });
  // Digests are due at DIGEST_AT of each company's time zone: every five minutes it is looked which are. No time zone is off by less.
  new sst.aws.CronV2("DigestSchedule", {
    schedule: "cron(0/5 * * * ? *)",
    function: functions.schedule.arn,
    retries: 0,
  });
}

/** EventBridge counts whole minutes and knows that one minute is no minutes (EventBridge Scheduler docs, rate-based schedules). */
function rateOf(sec: number): `rate(${string})` {
  const minutes = Math.max(1, Math.round(sec / 60));
  return minutes === 1 ? "rate(1 minute)" : `rate(${minutes} minutes)`;
}
