/** A body whose first bytes have been looked at. */
export interface SplitBody {
  head: Uint8Array;
  /** The head was all there was. */
  ended: boolean;
  /** The whole body, head first; can be read once. Ending the loop early cancels the source. */
  whole(): AsyncGenerator<Uint8Array>;
  cancel(): Promise<void>;
}

/** Reads at least `bytes` from the start of a stream (less when it ends before) and keeps the rest readable, in constant memory. */
export async function splitHead(body: ReadableStream<Uint8Array>, bytes: number): Promise<SplitBody> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < bytes && !ended) {
    const { value, done } = await reader.read();
    ended = done;
    if (value) {
      chunks.push(value);
      length += value.length;
    }
  }
  const head = Buffer.concat(chunks);
  const cancel = () => reader.cancel().catch(() => undefined);
  return {
    head,
    ended,
    cancel,
    async *whole() {
      try {
        yield head;
        while (!ended) {
          const { value, done } = await reader.read();
          if (done) return;
          yield value;
        }
      } finally {
        await cancel();
      }
    },
  };
}
