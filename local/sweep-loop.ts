import { setTimeout } from "node:timers/promises";
import type { Clock } from "../core/clock.ts";

export interface SweepLoop {
  /** Ends the sweep in hand as soon as it can be ended. */
  stop(): Promise<void>;
}

interface SweepLoopOptions {
  everySec: number;
  clock: Clock;
  /** A sweep; logs by itself what goes wrong, and throws it. */
  sweep(signal: AbortSignal): Promise<void>;
}

/** What was missed while the service was off is found soon, but what lies on its queues comes first. */
const FIRST_AFTER_SEC = 15;

/** Plays the schedule that runs the sweep: so long after one another, never two at a time. */
export function startSweepLoop({ everySec, clock, sweep }: SweepLoopOptions): SweepLoop {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async () => {
    let pauseMs = FIRST_AFTER_SEC * 1000;
    for (;;) {
      await setTimeout(clock.realMs(pauseMs), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const begunMs = clock.now().getTime();
      // It has been logged, and the next one is its repetition.
      await sweep(signal).catch(() => undefined);
      const tookMs = clock.now().getTime() - begunMs;
      pauseMs = Math.max(0, everySec * 1000 - tookMs);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
