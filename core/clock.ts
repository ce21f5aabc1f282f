/** What time it is for the product: the system's clock in service, a faster one in the demo, a set one in tests. */
export interface Clock {
  now(): Date;
  /** How many real milliseconds pass while `durationMs` of this clock's time pass. */
  realMs(durationMs: number): number;
  /** What this clock showed at a moment of the system's, by which stores say when an object was written. */
  fromSystem(moment: Date): Date;
}

export const systemClock: Clock = {
  now: () => new Date(),
  realMs: (durationMs) => durationMs,
  fromSystem: (moment) => moment,
};

/**
 * A clock that showed `shown` when the system's showed `startedAt`, and runs `speed` times as fast since; two processes with the
 * same numbers agree on the time.
 */
export function fastClock(speed: number, startedAt = Date.now(), shown = startedAt): Clock {
  const fromSystem = (moment: Date) => new Date(shown + (moment.getTime() - startedAt) * speed);
  return { now: () => fromSystem(new Date()), realMs: (durationMs) => durationMs / speed, fromSystem };
}

/** A clock that stands still until it is told to move, and is everybody's: what it says is the system's time as well. */
export function setClock(start: string | Date): Clock & { advance(sec: number): void } {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    realMs: () => 0,
    fromSystem: (moment) => moment,
    advance: (sec) => {
      now += sec * 1000;
    },
  };
}
