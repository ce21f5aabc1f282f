import { addDays, daysFromTo } from "./calendar.ts";
import type { Now, Stretch, Unit } from "./period-rule.ts";
import { soFar } from "./period-rules.ts";

/** How the second period of a comparison was named. */
export interface Comparison {
  /** How many of the stretches stand before it. */
  at: number;
  /** «эта неделя к прошлой»: so many units of the first one back. */
  unitsBack?: number;
}

/** Both periods of a comparison. A missing first one is the running unit of the second: «в сравнении с октябрём» asks of this month. */
export function comparedPair(
  stretches: readonly Stretch[],
  { at, unitsBack }: Comparison,
  now: Now,
): [Stretch | undefined, Stretch | undefined] {
  const main = stretches[Math.max(0, at - 1)];
  if (unitsBack !== undefined) {
    const first = asCalendar(main, now);
    return [first, first && unitsBefore(first, unitsBack, now)];
  }
  const other = at === 0 ? main : stretches[at];
  if (at === 0) {
    const running = other && soFar(other.unit === "weekday" ? "day" : other.unit, now);
    return [running === "future" ? undefined : running, other];
  }
  if (!main || !other) return [undefined, undefined];
  // «неделя к неделе»
  if (main.from === other.from && main.to === other.to) {
    const first = asCalendar(main, now);
    return [first, first && unitsBefore(first, 1, now)];
  }
  return [main, other];
}

const CALENDAR: readonly Unit[] = ["week", "month", "quarter", "half", "year"];

/** «неделя» beside «прошлая» is the week of the calendar, not seven days. */
function asCalendar(stretch: Stretch | undefined, now: Now): Stretch | undefined {
  if (!stretch?.others || !CALENDAR.includes(stretch.unit)) return stretch;
  const running = soFar(stretch.unit, now);
  return running === "future" ? stretch : running;
}

function unitsBefore(stretch: Stretch, units: number, now: Now): Stretch | undefined {
  if (CALENDAR.includes(stretch.unit)) {
    for (let back = 1; back < 40; back++) {
      const before = soFar(stretch.unit, now, back);
      if (before === "future" || before.from === null || stretch.from === null) continue;
      if (before.to < stretch.from) return units === 1 ? before : unitsBefore(before, units - 1, now);
    }
  }
  if (stretch.from === null) return undefined;
  const days = daysFromTo(stretch.from, stretch.to) * units;
  return { unit: stretch.unit, from: addDays(stretch.from, -days), to: addDays(stretch.to, -days) };
}
