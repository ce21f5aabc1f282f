/** What time it is for the product: the system's clock in service, a faster one in the demo, a set one in tests. */
export interface Clock {
  now(): Date;
  /** How many real milliseconds pass while `durationMs` of this clock's time pass. */
  realMs(durationMs: number): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  realMs: (durationMs) => durationMs,
};

/** A clock that runs `speed` times as fast as the system's since `startedAt`; two processes with the same numbers agree on the time. */
export function fastClock(speed: number, startedAt = Date.now()): Clock {
  return {
    now: () => new Date(startedAt + (Date.now() - startedAt) * speed),
    realMs: (durationMs) => durationMs / speed,
  };
}

/** A clock that stands still until it is told to move. */
export function setClock(start: string | Date): Clock & { advance(sec: number): void } {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    realMs: () => 0,
    advance: (sec) => {
      now += sec * 1000;
    },
  };
}
