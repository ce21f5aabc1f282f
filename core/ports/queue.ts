/**
 * Queues with SQS's semantics. A queue is named by its stage ("ingest"); the driver knows where it lies and
 * that each has a dead-letter queue. Three ports, because three parties use them: stages send, pumps receive,
 * the operator looks and redrives.
 */
export interface QueueSender {
  /** All messages are durable when this resolves; on an error some may be sent, so senders are safe to repeat. */
  send(queue: string, messages: readonly OutgoingMessage[]): Promise<void>;
}

export interface OutgoingMessage {
  body: string;
  /** 0 to 900 (SQS's maximum). */
  delaySec?: number;
}

export interface QueueReceiver {
  /**
   * Up to `max` (1 to 10) messages, hidden from other receivers for `visibilitySec`. Waits up to `waitSec` (at most 20)
   * for the first one; aborting `signal` ends the wait with an empty answer. A message that was received
   * more than the queue's `maxReceiveCount` times moves to the dead letters instead of being delivered.
   */
  receive(queue: string, options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Done with it. A stale handle (the message became visible and was received again) is no error and removes nothing. */
  delete(queue: string, handles: readonly string[]): Promise<void>;
  /** Hides the message for `visibilitySec` (0 to 43200) from now on; 0 gives it back at once. A stale handle does nothing. */
  changeVisibility(queue: string, handle: string, visibilitySec: number): Promise<void>;
}

export interface ReceiveOptions {
  max: number;
  waitSec: number;
  visibilitySec: number;
  signal?: AbortSignal;
}

export interface ReceivedMessage {
  id: string;
  /** Names this delivery; the next delivery of the same message has another. */
  handle: string;
  body: string;
  /** 1 at the first delivery. */
  receiveCount: number;
  sentAt: Date;
  firstReceivedAt: Date;
}

export interface QueueAdmin {
  stats(queue: string): Promise<QueueStats>;
  /** Since when the message at the head of the line could be handled; null when none waits, or where the service does not say (SQS). */
  waitingSince(queue: string): Promise<Date | null>;
  /** The oldest dead letters, left where they are. */
  deadLetters(queue: string, limit: number): Promise<DeadLetter[]>;
  /** Moves every dead letter back to its queue with a receive count of zero; resolves to how many were moved. */
  redrive(queue: string): Promise<number>;
}

/** Approximate on SQS, exact on the embedded queue. */
export interface QueueStats {
  visible: number;
  delayed: number;
  inFlight: number;
  dead: number;
}

export interface DeadLetter {
  id: string;
  body: string;
  sentAt: Date;
}

/** What a driver needs to know of a queue to create it. */
export interface QueueDefinition {
  name: string;
  visibilitySec: number;
  maxReceiveCount: number;
}

export const MAX_DELAY_SEC = 900;
