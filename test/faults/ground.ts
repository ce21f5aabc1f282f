import type { setClock } from "../../core/clock.ts";
import type { QueueAdmin, QueueReceiver, QueueSender } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";

export type Queue = QueueSender & QueueReceiver & QueueAdmin;

/** What outlives a process: the bucket, the queues and the time. */
export interface Base {
  clock: ReturnType<typeof setClock>;
  store: Store;
  queue: Queue;
}

export interface Ground extends Base {
  /** When something is due, so that the clock knows where to go next. */
  due: Map<string, number>;
  /** How long the last message that was put off has to wait. */
  putOffSec: number | undefined;
  begunMs: number;
}

/** Notes when something is due, and how long what is put off has to wait. */
export function watched(queue: Queue, ground: Ground): Queue {
  const nowMs = () => ground.clock.now().getTime();
  let sent = 0;
  return {
    ...queue,
    async send(name, messages) {
      await queue.send(name, messages);
      for (const { body, delaySec = 0 } of messages) {
        ground.due.set(`sent-${sent++}`, nowMs() + delaySec * 1000);
        const [, notbefore] = /"notbefore":"([^"]+)"/.exec(body) ?? [];
        if (notbefore !== undefined) ground.putOffSec = (Date.parse(notbefore) - nowMs()) / 1000;
      }
    },
    async receive(name, how) {
      const messages = await queue.receive(name, how);
      for (const { handle } of messages) ground.due.set(handle, nowMs() + how.visibilitySec * 1000);
      return messages;
    },
    async changeVisibility(name, handle, sec) {
      await queue.changeVisibility(name, handle, sec);
      ground.due.set(handle, nowMs() + sec * 1000);
      ground.putOffSec = sec;
    },
  };
}
