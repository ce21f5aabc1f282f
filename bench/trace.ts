import type { PutOptions } from "../core/ports/store.ts";

/** What one handled message did to the bucket and the queues, in the order in which it began. */
export type Operation =
  | { kind: "get"; key: string; found: boolean; isRead: boolean; group: number }
  | { kind: "put"; key: string; body: TracedBody; options: PutOptions; written: boolean; group: number }
  | { kind: "list"; prefix: string; taken: number; group: number }
  | { kind: "delete"; key: string; group: number }
  | { kind: "send"; queue: string; messages: { body: string; delaySec?: number }[]; group: number };

/** Text as it was written; of a stream only the lengths of its pieces. */
export type TracedBody = { text: string } | { chunkBytes: number[] };

/** Everything that the floor repeats. */
export interface Trace {
  /** What stood in the bucket and on the queues before the first message was taken. */
  objects: [key: string, text: string][];
  messages: { queue: string; body: string }[];
  /** By {@link traceKey}. */
  handled: [key: string, operations: Operation[]][];
  /** The source of streamed bodies has at least this many bytes in one piece. */
  longestChunkBytes: number;
}

export function traceKey(queue: string, body: string): string {
  return `${queue}\n${body}`;
}
