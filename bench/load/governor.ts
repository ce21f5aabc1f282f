import type { DayClock, DayTime } from "./day-clock.ts";

/** How many seconds of the clock pass in one: at most and at least. */
export interface Speed {
  least: number;
  most: number;
}

/** Over this the service has no time left, and calls wait for the machine instead of for each other and their vendors. */
const WANTED_BUSY_SHARE = 0.7;
/** One busy second is none. */
const WEIGHT_OF_NEWS = 0.3;
/** In one step. */
const MOST_SLOWER = 0.85;
const MOST_FASTER = 1.15;
/** Timers that run keep their end, so the speed is left alone while it is about right. */
const TOLERANCE = 0.1;
/** By then the other process has heard of it. */
const AHEAD_MS = 200;

/**
 * Slows the day's clock down while the service's one thread is busy, and lets it run faster while there is little to do: what a call
 * waits for is then not this machine, however many others use it.
 */
export function governor(clock: DayClock, { least, most }: Speed) {
  let usual = WANTED_BUSY_SHARE;
  return {
    /** The time to set in both processes; undefined while the clock is to run on as it does. */
    look(busyShare: number): DayTime | undefined {
      usual += WEIGHT_OF_NEWS * (busyShare - usual);
      const factor = Math.min(Math.max(WANTED_BUSY_SHARE / usual, MOST_SLOWER), MOST_FASTER);
      const speed = Math.min(Math.max(clock.speed() * factor, least), most);
      if (Math.abs(speed / clock.speed() - 1) < TOLERANCE) return undefined;
      const setAtMs = Date.now() + AHEAD_MS;
      return { setAtMs, showsMs: clock.fromSystem(new Date(setAtMs)).getTime(), speed };
    },
  };
}
