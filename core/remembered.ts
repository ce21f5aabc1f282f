/** Answers a question from memory while the last answer is fresh; whoever asks in the meantime waits for the answer that is on its way. */
export type Remembered<Answer> = (ask: () => Promise<Answer>) => Promise<Answer>;

/** An answer that was an error is not remembered. With nothing to keep, only those who ask at the same time share one. */
export function remembered<Answer>({
  keepMs,
  elapsedMs = () => performance.now(),
}: {
  keepMs: number;
  /** Never goes back, whatever happens to the clock. */
  elapsedMs?(): number;
}): Remembered<Answer> {
  let last: { answer: Answer; atMs: number } | undefined;
  let asking: Promise<Answer> | undefined;
  return (ask) => {
    if (last && elapsedMs() - last.atMs < keepMs) return Promise.resolve(last.answer);
    asking ??= ask()
      .then((answer) => {
        last = { answer, atMs: elapsedMs() };
        return answer;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
}
