import type { Clock } from "../../core/clock.ts";
import type { QueueReceiver } from "../../core/ports/queue.ts";

/** By queue: how long each message had waited, beyond the delay it was sent with, when it was taken. In seconds of the clock. */
export type Waits = Record<string, number[]>;

/**
 * Looks at every message that is received from now on. The pumps ask this very object, so its method is replaced; deliveries
 * are passed on as they are. What comes again after a failure is left out: nobody knows here when it became visible.
 */
export function watchWaits(queue: QueueReceiver, clock: Clock): { take(): Waits } {
  let waits: Waits = {};
  const receive = queue.receive;
  queue.receive = async (name, options) => {
    const messages = await receive(name, options);
    const nowMs = clock.now().getTime();
    for (const { body, sentAt, receiveCount } of messages) {
      if (receiveCount > 1) continue;
      const [, notBefore] = /"notbefore":"([^"]+)"/.exec(body) ?? [];
      const dueMs = Math.max(sentAt.getTime(), notBefore === undefined ? 0 : Date.parse(notBefore));
      waits[name] ??= [];
      waits[name].push(Math.max(0, (nowMs - dueMs) / 1000));
    }
    return messages;
  };
  return {
    take() {
      const taken = waits;
      waits = {};
      return taken;
    },
  };
}
