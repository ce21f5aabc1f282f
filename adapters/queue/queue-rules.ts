import { ConfigurationError } from "../../core/errors.ts";
import { MAX_DELAY_SEC, type OutgoingMessage, type QueueDefinition } from "../../core/ports/queue.ts";

/**
 * What every queue accepts, whichever driver carries it: the narrowest rules of the services that speak SQS, so that
 * a message that passes on the embedded queue passes in the cloud too. Nothing is mended silently: what a queue
 * would refuse is refused before anything is sent.
 */

/** SQS takes 1 MiB by now, Yandex Message Queue still 256 KB, and so does a queue that was created with that limit. */
export const MAX_BODY_BYTES = 256 * 1024;
export const MAX_RECEIVE = 10;
export const MAX_WAIT_SEC = 20;
export const MAX_VISIBILITY_SEC = 43_200;

/** XML 1.0's characters (SQS docs, SendMessage). With the `u` flag a lone surrogate is a code point of its own and refused. */
const forbiddenCharacter = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export interface AcceptedMessage {
  body: string;
  bytes: number;
  delaySec: number;
}

/** All messages or a RangeError; its text never quotes a body. */
export function acceptMessages(messages: readonly OutgoingMessage[]): AcceptedMessage[] {
  return messages.map(({ body, delaySec = 0 }) => {
    const bytes = Buffer.byteLength(body, "utf8");
    if (bytes > MAX_BODY_BYTES) {
      throw new RangeError(`a message has ${bytes} bytes, a queue carries at most ${MAX_BODY_BYTES}`);
    }
    if (bytes === 0) throw new RangeError("a message is empty");
    const forbiddenAt = body.search(forbiddenCharacter);
    if (forbiddenAt >= 0) {
      throw new RangeError(
        `a message has a character at ${forbiddenAt} that no queue carries (only XML 1.0's characters)`,
      );
    }
    return { body, bytes, delaySec: wholeSeconds("delaySec", delaySec, 0, MAX_DELAY_SEC) };
  });
}

/** SQS knows whole seconds only; a fraction is rounded up, because a delay promises "not before". */
export function wholeSeconds(name: string, value: number, minimum: number, maximum: number): number {
  if (!(value >= minimum && value <= maximum)) {
    throw new RangeError(`${name} is ${value}, a queue takes ${minimum} to ${maximum}`);
  }
  return Math.ceil(value);
}

export function wholeNumberOfMessages(max: number): number {
  if (!(Number.isInteger(max) && max >= 1 && max <= MAX_RECEIVE)) {
    throw new RangeError(`max is ${max}, a queue gives 1 to ${MAX_RECEIVE} messages at a time`);
  }
  return max;
}

/** Finds a queue among those the pipeline has; the operator can mistype a name. */
export function findDefinition(queues: readonly QueueDefinition[], name: string): QueueDefinition {
  const definition = queues.find((queue) => queue.name === name);
  if (definition !== undefined) return definition;
  const known = queues.map((queue) => queue.name).join(", ");
  throw new ConfigurationError("queue.unknown", `there is no such queue; there are: ${known}`);
}
