/** How long after a call's event its recording is looked for again: 30 s, then 1, 2, 5, 10, 30 minutes and 2 hours after one another. */
const ABSENT_PAUSES_SEC = [30, 60, 120, 300, 600, 1800, 7200];
/** The file is shorter than its size says. */
export const TRUNCATED_PAUSES_SEC = [15, 60];
/** The connection broke during the download. */
export const INTERRUPTED_PAUSES_SEC = [15, 60, 300, 900];

/** A look that comes up to this much early counts as the one it was meant to be. */
const SLACK_SEC = 2;

/**
 * Seconds until the next look, by the age of the event alone, so that no counter can be lost; undefined when the last look was
 * this one.
 */
export function nextLookSec(
  ageSec: number,
  pausesSec: readonly number[] = ABSENT_PAUSES_SEC,
): number | undefined {
  const due = dueAges(pausesSec).find((age) => ageSec < age - SLACK_SEC);
  return due === undefined ? undefined : Math.max(1, due - ageSec);
}

/**
 * The same after a download that failed, counted from the look at which the recording can have appeared: one that comes
 * half an hour late has as many tries as one that is there at once.
 */
export function nextDownloadSec(ageSec: number, pausesSec: readonly number[]): number | undefined {
  const look = dueAges(ABSENT_PAUSES_SEC).findLast((age) => ageSec >= age - SLACK_SEC) ?? 0;
  return nextLookSec(ageSec - look, pausesSec);
}

function dueAges(pausesSec: readonly number[]): number[] {
  let due = 0;
  return pausesSec.map((pause) => {
    due += pause;
    return due;
  });
}
