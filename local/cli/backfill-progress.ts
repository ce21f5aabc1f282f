import type { Clock } from "../../core/clock.ts";
import type { BackfillNews, DayPlan } from "./backfill-days.ts";

/** The stream of a terminal, or of a file. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface BackfillTotals {
  found: number;
  announced: number;
  known: number;
  toScore: number;
  minutesToScore: number;
  daysPassedOver: number;
}

export interface BackfillProgress extends BackfillNews {
  totals: BackfillTotals;
  /** Leaves the last line as it stands and begins a new one. */
  end(): void;
}

const BAR_WIDTH = 20;
const PLAIN_LINE_EVERY_SEC = 60;

/** A line that is drawn over and over on a terminal; elsewhere a plain line for each day and each minute. */
export function backfillProgress(
  days: number,
  stream: ProgressStream,
  clock: Pick<Clock, "now">,
): BackfillProgress {
  const startedMs = clock.now().getTime();
  const totals: BackfillTotals = {
    found: 0,
    announced: 0,
    known: 0,
    toScore: 0,
    minutesToScore: 0,
    daysPassedOver: 0,
  };
  let today = "";
  let daysBegun = 0;
  let planned = 0;
  let handled = 0;
  let lastPlainMs = startedMs;
  let lastWait = "";
  let isDrawn = false;

  /** From 0 to 1. */
  function share(): number {
    const ofDay = planned === 0 ? 1 : handled / planned;
    return daysBegun === 0 ? 0 : (daysBegun - 1 + ofDay) / days;
  }

  function line(): string {
    const elapsedSec = (clock.now().getTime() - startedMs) / 1000;
    const done = share();
    const filled = Math.round(done * BAR_WIDTH);
    const perMinute = elapsedSec > 0 ? Math.round((totals.announced * 60) / elapsedSec) : 0;
    const left = done > 0 && done < 1 ? `, ${duration((elapsedSec * (1 - done)) / done)} left` : "";
    const counts = `${totals.found} found, ${totals.announced} announced, ${totals.known} known`;
    return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${today} ${handled}/${planned}  ${counts}, ${perMinute} a minute${left}`;
  }

  function draw(): void {
    if (stream.isTTY) {
      // Cut to the terminal's width: a line that wraps could not be drawn over.
      stream.write(`\r\u001b[2K${line().slice(0, (stream.columns ?? 80) - 1)}`);
      isDrawn = true;
      return;
    }
    const now = clock.now().getTime();
    if (now - lastPlainMs < PLAIN_LINE_EVERY_SEC * 1000) return;
    lastPlainMs = now;
    stream.write(`${line()}\n`);
  }

  function say(text: string): void {
    end();
    stream.write(`${text}\n`);
  }

  function end(): void {
    if (isDrawn) stream.write("\n");
    isDrawn = false;
  }

  return {
    totals,
    day(day, plan) {
      today = day;
      daysBegun += 1;
      planned = plan.toAnnounce;
      handled = 0;
      totals.found += plan.calls;
      totals.known += plan.known;
      totals.toScore += plan.toScore;
      totals.minutesToScore += plan.minutesToScore;
      say(`${day}: ${describe(plan)}`);
    },
    call(kind) {
      lastWait = "";
      handled += 1;
      totals[kind] += 1;
      draw();
    },
    passedOver() {
      daysBegun += 1;
      planned = 0;
      handled = 0;
      totals.daysPassedOver += 1;
    },
    waits(why) {
      // Said once, not at every look; how many are in line changes all the time.
      const reason = why.replace(/\d+/g, "");
      if (reason !== lastWait) say(`Waiting: ${why}`);
      lastWait = reason;
    },
    end,
  };
}

function describe({ calls, known, toAnnounce, toScore, minutesToScore }: DayPlan): string {
  if (toAnnounce === 0) return `${calls} calls, all of them known`;
  return `${calls} calls, ${known} of them known; ${toAnnounce} to announce, of which ${toScore} are to be scored, ${minutesToScore} min of sound`;
}

function duration(sec: number): string {
  if (sec < 90) return `${Math.round(sec)} s`;
  if (sec < 90 * 60) return `${Math.round(sec / 60)} min`;
  return `${Math.round(sec / 3600)} h`;
}
