import { setTimeout } from "node:timers/promises";
import type { ChatPolling } from "../core/ports/chat.ts";

interface PollingOptions {
  polling: ChatPolling;
  /** Answers one update. */
  take(update: string): Promise<void>;
  /** Tells what the bot does; the same thing once, however long it lasts. */
  say(state: "listening" | "webhook" | "failing", error?: unknown): void;
  /** One update could not be answered. */
  onError(error: unknown): void;
  /** Real seconds, whatever the clock of the service shows: on the other side is a real server. */
  wait?(sec: number, signal: AbortSignal): Promise<void>;
}

const FIRST_PAUSE_SEC = 2;
const LONGEST_PAUSE_SEC = 300;
/** A webhook that somebody has set may be removed again. */
const LOOK_AGAIN_SEC = 300;

/**
 * Asks for the bot's updates where no webhook brings them, one after the other, until it is stopped. A webhook that is set is left alone: it may be
 * another service's. What fails is tried again in pauses that grow to five minutes; an answer without updates that comes at once counts as that
 * too, or a server that only plays Telegram would be asked without a break.
 */
export function startTelegramPolling(options: PollingOptions): { stop(): Promise<void> } {
  const ending = new AbortController();
  const running = run(options, ending.signal);
  return {
    async stop() {
      ending.abort();
      await running;
    },
  };
}

async function run(
  { polling, take, say, onError, wait = waitFor }: PollingOptions,
  signal: AbortSignal,
): Promise<void> {
  let state: string | undefined;
  const tell = (next: Parameters<typeof say>[0], error?: unknown) => {
    if (state !== next && !signal.aborted) say(next, error);
    state = next;
  };
  let after: number | null = null;
  let pauseSec = FIRST_PAUSE_SEC;
  while (!signal.aborted) {
    try {
      if (state !== "listening" && (await polling.hasWebhook())) {
        tell("webhook");
        await wait(LOOK_AGAIN_SEC, signal);
        continue;
      }
      const startedAt = performance.now();
      const updates = await polling.next(after, signal);
      tell("listening");
      for (const { id, update } of updates) {
        if (signal.aborted) return;
        after = Math.max(after ?? id, id);
        await take(update).catch(onError);
      }
      if (updates.length > 0 || performance.now() - startedAt >= 1000) pauseSec = FIRST_PAUSE_SEC;
      else {
        await wait(pauseSec, signal);
        pauseSec = Math.min(pauseSec * 2, LONGEST_PAUSE_SEC);
      }
    } catch (error) {
      tell("failing", error);
      await wait(pauseSec, signal);
      pauseSec = Math.min(pauseSec * 2, LONGEST_PAUSE_SEC);
    }
  }
}

function waitFor(sec: number, signal: AbortSignal): Promise<void> {
  return setTimeout(sec * 1000, undefined, { signal }).catch(() => undefined);
}
