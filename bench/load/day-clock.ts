import type { Clock } from "../../core/clock.ts";

/** From a moment of the system's clock on: what the day's clock showed then, and how fast it runs since. */
export interface DayTime {
  setAtMs: number;
  showsMs: number;
  speed: number;
}

/** A clock whose speed can be changed; two processes that are told the same times agree. */
export interface DayClock extends Clock {
  speed(): number;
  /** Times come in their order, and may lie a little ahead. */
  set(time: DayTime): void;
}

export function dayClock(first: DayTime): DayClock {
  const times = [first];
  const timeAt = (systemMs: number) => times.findLast(({ setAtMs }) => setAtMs <= systemMs) ?? first;
  const fromSystem = (moment: Date) => {
    const { setAtMs, showsMs, speed } = timeAt(moment.getTime());
    return new Date(showsMs + (moment.getTime() - setAtMs) * speed);
  };
  return {
    now: () => fromSystem(new Date()),
    realMs: (durationMs) => durationMs / timeAt(Date.now()).speed,
    fromSystem,
    speed: () => timeAt(Date.now()).speed,
    set: (time) => void times.push(time),
  };
}
