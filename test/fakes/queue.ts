import { randomUUID } from "node:crypto";
import {
  acceptMessages,
  findDefinition,
  MAX_VISIBILITY_SEC,
  MAX_WAIT_SEC,
  wholeNumberOfMessages,
  wholeSeconds,
} from "../../adapters/queue/queue-rules.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import type {
  QueueAdmin,
  QueueDefinition,
  QueueReceiver,
  QueueSender,
  ReceivedMessage,
} from "../../core/ports/queue.ts";

interface Message {
  id: string;
  body: string;
  sentAtMs: number;
  visibleAtMs: number;
  receiveCount: number;
  firstReceivedAtMs: number | null;
  handle: string | null;
}

/** The queue port in memory, with the embedded queue's semantics: same rules, same order, same wake-ups. */
export function memoryQueue({
  clock = systemClock,
  queues,
}: {
  clock?: Clock;
  queues: readonly QueueDefinition[];
}): QueueSender & QueueReceiver & QueueAdmin {
  const live = new Map<string, Message[]>();
  const dead = new Map<string, Message[]>();
  const sleepers = new Set<() => void>();
  const nowMs = (): number => clock.now().getTime();

  function find(name: string): QueueDefinition & { messages: Message[]; letters: Message[] } {
    const definition = findDefinition(queues, name);
    if (!live.has(name)) live.set(name, []);
    if (!dead.has(name)) dead.set(name, []);
    return { ...definition, messages: live.get(name)!, letters: dead.get(name)! };
  }

  function wakeAll(): void {
    for (const rise of [...sleepers]) rise();
  }

  function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const rise = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", rise);
        sleepers.delete(rise);
        resolve();
      };
      const timer = setTimeout(rise, Math.max(5, Math.ceil(ms)));
      signal?.addEventListener("abort", rise);
      sleepers.add(rise);
    });
  }

  function remove(messages: Message[], message: Message): void {
    messages.splice(messages.indexOf(message), 1);
  }

  function take(name: string, max: number, visibilitySec: number): ReceivedMessage[] {
    const { messages, letters, maxReceiveCount } = find(name);
    const now = nowMs();
    const visible = messages.filter(({ visibleAtMs }) => visibleAtMs <= now);
    visible.sort((one, other) => one.visibleAtMs - other.visibleAtMs);
    const taken: ReceivedMessage[] = [];
    for (const message of visible) {
      if (taken.length === max) break;
      if (message.receiveCount >= maxReceiveCount) {
        remove(messages, message);
        letters.push(message);
        continue;
      }
      message.receiveCount += 1;
      message.handle = randomUUID();
      message.visibleAtMs = now + visibilitySec * 1000;
      message.firstReceivedAtMs ??= now;
      const { id, body, handle, receiveCount } = message;
      const firstReceivedAt = new Date(message.firstReceivedAtMs);
      taken.push({ id, body, handle, receiveCount, sentAt: new Date(message.sentAtMs), firstReceivedAt });
    }
    return taken;
  }

  return {
    send: async (queue, outgoing) => {
      const { messages } = find(queue);
      const now = nowMs();
      for (const { body, delaySec } of acceptMessages(outgoing)) {
        messages.push({
          id: randomUUID(),
          body,
          sentAtMs: now,
          visibleAtMs: now + delaySec * 1000,
          receiveCount: 0,
          firstReceivedAtMs: null,
          handle: null,
        });
      }
      wakeAll();
    },

    receive: async (queue, { max, waitSec, visibilitySec, signal }) => {
      const atMost = wholeNumberOfMessages(max);
      const hiddenSec = wholeSeconds("visibilitySec", visibilitySec, 0, MAX_VISIBILITY_SEC);
      wholeSeconds("waitSec", waitSec, 0, MAX_WAIT_SEC);
      const endsAt = performance.now() + clock.realMs(waitSec * 1000);
      for (let looks = 0; ; looks += 1) {
        if (signal?.aborted) return [];
        const taken = take(queue, atMost, hiddenSec);
        const leftMs = endsAt - performance.now();
        if (taken.length > 0 || waitSec === 0 || (leftMs <= 0 && looks > 0)) return taken;
        const next = Math.min(...find(queue).messages.map(({ visibleAtMs }) => visibleAtMs));
        const nextMs = Number.isFinite(next) ? clock.realMs(Math.max(0, next - nowMs())) : leftMs;
        await sleep(Math.min(leftMs, nextMs), signal);
      }
    },

    delete: async (queue, handles) => {
      const { messages } = find(queue);
      for (const message of messages.filter(({ handle }) => handle !== null && handles.includes(handle))) {
        remove(messages, message);
      }
    },

    changeVisibility: async (queue, handle, visibilitySec) => {
      const hiddenSec = wholeSeconds("visibilitySec", visibilitySec, 0, MAX_VISIBILITY_SEC);
      const now = nowMs();
      const message = find(queue).messages.find((one) => one.handle === handle && one.visibleAtMs > now);
      if (message !== undefined) message.visibleAtMs = now + hiddenSec * 1000;
      wakeAll();
    },

    stats: async (queue) => {
      const { messages, letters } = find(queue);
      const now = nowMs();
      const hidden = messages.filter(({ visibleAtMs }) => visibleAtMs > now);
      const delayed = hidden.filter(({ receiveCount }) => receiveCount === 0).length;
      return {
        visible: messages.length - hidden.length,
        delayed,
        inFlight: hidden.length - delayed,
        dead: letters.length,
      };
    },

    waitingSince: async (queue) => {
      const due = find(queue).messages.filter(({ visibleAtMs }) => visibleAtMs <= nowMs());
      return due.length === 0 ? null : new Date(Math.min(...due.map(({ visibleAtMs }) => visibleAtMs)));
    },

    deadLetters: async (queue, limit) =>
      [...find(queue).letters]
        .sort((one, other) => one.sentAtMs - other.sentAtMs)
        .slice(0, limit)
        .map(({ id, body, sentAtMs }) => ({ id, body, sentAt: new Date(sentAtMs) })),

    redrive: async (queue) => {
      const { messages, letters } = find(queue);
      const now = nowMs();
      const moved = letters.splice(0);
      for (const message of moved) {
        messages.push({
          ...message,
          sentAtMs: now,
          visibleAtMs: now,
          receiveCount: 0,
          firstReceivedAtMs: null,
          handle: null,
        });
      }
      wakeAll();
      return moved.length;
    },
  };
}
