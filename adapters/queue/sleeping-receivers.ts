/**
 * Where receivers of the embedded queue wait: a send of this process wakes them at once, a commit of another process
 * within a quarter of a second.
 */
export interface SleepingReceivers {
  /** Resolves when woken, when `ms` real milliseconds have passed, or when `signal` is aborted. */
  sleep(queue: string, ms: number, signal: AbortSignal | undefined): Promise<void>;
  wake(queue: string): void;
  wakeAll(): void;
}

const LOOK_EVERY_MS = 250;
/** A clock that runs fast or stands still must not turn waiting into spinning. */
const SHORTEST_SLEEP_MS = 5;

/** `foreignCommits` answers another number once another process has written; it is asked only while somebody sleeps. */
export function sleepingReceivers(foreignCommits: () => number): SleepingReceivers {
  const sleepers = new Map<string, Set<() => void>>();
  let looking: NodeJS.Timeout | undefined;
  let seen = foreignCommits();

  function wakeAll(): void {
    for (const queue of [...sleepers.keys()]) wake(queue);
  }

  function wake(queue: string): void {
    for (const rise of [...(sleepers.get(queue) ?? [])]) rise();
  }

  function look(): void {
    let commits: number;
    try {
      commits = foreignCommits();
    } catch {
      // Whoever is woken meets the same failure in its own call, where it can be thrown.
      commits = Number.NaN;
    }
    if (commits === seen) return;
    seen = commits;
    wakeAll();
  }

  return {
    wake,
    wakeAll,
    sleep: (queue, ms, signal) =>
      new Promise((resolve) => {
        const rise = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", rise);
          const others = sleepers.get(queue);
          others?.delete(rise);
          if (others?.size === 0) sleepers.delete(queue);
          if (sleepers.size === 0) {
            clearInterval(looking);
            looking = undefined;
          }
          resolve();
        };
        const timer = setTimeout(rise, Math.max(SHORTEST_SLEEP_MS, Math.ceil(ms)));
        signal?.addEventListener("abort", rise);
        const others = sleepers.get(queue) ?? new Set();
        sleepers.set(queue, others.add(rise));
        looking ??= setInterval(look, LOOK_EVERY_MS);
      }),
  };
}
