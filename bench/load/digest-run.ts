import { setTimeout } from "node:timers/promises";
import { dayPeriod } from "../../core/report-period.ts";
import { digestDue } from "../../events/digest-due.ts";
import { base, closeDeps, configure } from "../../functions/deps.ts";
import { publish } from "../../functions/run-stage.ts";
import type { Day } from "./day.ts";
import { type DayTime, dayClock } from "./day-clock.ts";
import { startLoadService } from "./service-process.ts";
import type { LoadMessenger } from "./writers.ts";

export interface DigestRun {
  /** From the start of a service that finds the whole day in its folder until it takes calls. */
  startMs: number;
  /** From the announcement of the digest until its message and its files are in Telegram. */
  sentMs: number;
  messages: number;
  files: number;
  peakRssBytes: number;
}

/** A digest that is broken off comes again when its message is visible again. */
const GIVE_UP_MS = 900_000;
const LOOK_EVERY_MS = 20;
const REPORT_EVERY_MS = 50;

/**
 * Starts the service anew on what the day has left, at the speed of life, and has it make the digest: on the day's clock the minute
 * that the report stage may take would be a second.
 */
export async function sendDigest(options: {
  day: Day;
  env: Record<string, string>;
  time: DayTime;
  messenger: LoadMessenger;
}): Promise<DigestRun> {
  const { day, env, time, messenger } = options;
  const clock = dayClock(time);
  let peakRssBytes = 0;
  let isSent = false;
  const startedAt = performance.now();
  const service = await startLoadService({
    env,
    time,
    reportEveryMs: REPORT_EVERY_MS,
    onLine: ({ event_type: eventType, outcome, problem, code, error, at }) => {
      if (eventType !== "digest.due") return;
      if (outcome === "done") isSent = true;
      else console.error(`the digest: ${outcome} ${code ?? error ?? ""} ${problem ?? at ?? ""}`);
    },
    onSample: ({ rssBytes }) => {
      peakRssBytes = Math.max(peakRssBytes, rssBytes);
    },
  });
  try {
    const startMs = performance.now() - startedAt;
    const before = messenger.heard();
    configure({ env, clock });
    const due = digestDue({ tenant: "default", period: dayPeriod(day.date), time: clock.now() });
    const announcedAt = performance.now();
    await publish([due], base().queue);
    while (!isSent) {
      if (performance.now() - announcedAt > GIVE_UP_MS) throw new Error("the digest was not sent");
      await setTimeout(LOOK_EVERY_MS);
    }
    const sentMs = performance.now() - announcedAt;
    const after = messenger.heard();
    return {
      startMs,
      sentMs,
      messages: after.messages - before.messages,
      files: after.files - before.files,
      peakRssBytes,
    };
  } finally {
    closeDeps();
    await service.stop();
  }
}
