import type { QueueFile } from "./sqlite-file.ts";

/** Writes that come together share one transaction, and so one flush to the disk: fifty webhooks at once cost one, not fifty. */
export interface GroupCommit {
  /** Resolves once the work is on the disk. It runs to its end at once, in the order of the calls. */
  run<T>(work: () => T): Promise<T>;
  /** Commits now what still waits. */
  flush(): void;
}

interface Waiting {
  work(): unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** A group that keeps growing is committed after this long all the same. */
const LONGEST_WAIT_MS = 5;

export function groupCommit({ write }: Pick<QueueFile, "write">): GroupCommit {
  let waiting: Waiting[] = [];
  let scheduled: NodeJS.Immediate | undefined;
  let firstAtMs = 0;

  /** Node accepts one connection in each turn of its loop, so the group is complete when a whole turn has added nothing. */
  function lookAgain(known: number): void {
    const isComplete = waiting.length === known || performance.now() - firstAtMs > LONGEST_WAIT_MS;
    if (isComplete) flush();
    else scheduled = setImmediate(lookAgain, waiting.length);
  }

  function flush(): void {
    clearImmediate(scheduled);
    scheduled = undefined;
    const group = waiting;
    waiting = [];
    if (group.length > 0) commit(group);
  }

  function commit(group: Waiting[]): void {
    let results: unknown[];
    try {
      results = write(() => group.map(({ work }) => work()));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      // All of it is rolled back: each is tried on its own, so that one that cannot be written costs only itself.
      else for (const one of group) commit([one]);
      return;
    }
    for (const [index, { resolve }] of group.entries()) resolve(results[index]);
  }

  return {
    flush,
    run: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ work, resolve: resolve as Waiting["resolve"], reject });
        if (scheduled) return;
        firstAtMs = performance.now();
        scheduled = setImmediate(lookAgain, 0);
      }),
  };
}
