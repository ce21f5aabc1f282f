import { digestsDue, nextDigestAt } from "../core/digest-schedule.ts";
import type { Settings } from "../core/settings.ts";

interface ScheduleOptions {
  /** The deployed handler; logs by itself what goes wrong, and throws it. */
  run(): Promise<void>;
  /** They may be changed in the bucket at any time. */
  settingsOf(): Promise<Settings>;
  onError(error: unknown): void;
}

export interface Schedule {
  /** Waits for the run in hand. */
  stop(): Promise<void>;
}

/** A timer may go off a little before its time. */
const EARLY_MS = 999;
/** How soon changed settings, a clock that was set and a machine that was asleep are noticed; a run that failed is repeated then. */
const LOOK_EVERY_MS = 60_000;

/**
 * Plays the schedule of the cloud: runs the handler at the start, for what was missed while the service was down, and whenever a digest is due. By the
 * system's time, even where the service is given another clock.
 */
export function startSchedule({ run, settingsOf, onError }: ScheduleOptions): Schedule {
  let isStopped = false;
  let wake: () => void = () => undefined;
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const loop = async () => {
    let ranUntil: Date | undefined;
    let ranBy = "";
    while (!isStopped) {
      const until = new Date(Date.now() + EARLY_MS);
      let pauseMs = LOOK_EVERY_MS;
      try {
        const settings = await settingsOf();
        const by = JSON.stringify([settings.timeZone, settings.digestAt, settings.digests]);
        const isBack = ranUntil !== undefined && until < ranUntil;
        if (
          ranUntil === undefined ||
          by !== ranBy ||
          isBack ||
          digestsDue(settings, ranUntil, until).length > 0
        ) {
          // It has been logged, and the next look is its repetition.
          const isDone = await run().then(
            () => true,
            () => false,
          );
          if (isDone) [ranUntil, ranBy] = [until, by];
        }
        const nextMs = nextDigestAt(settings, until)?.getTime() ?? Number.POSITIVE_INFINITY;
        pauseMs = Math.max(0, Math.min(pauseMs, nextMs - Date.now()));
      } catch (error) {
        onError(error);
      }
      if (!isStopped) await pause(pauseMs);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      isStopped = true;
      wake();
      await running;
    },
  };
}
