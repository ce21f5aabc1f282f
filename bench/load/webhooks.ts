import { setTimeout } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";
import type { Day, DayCall } from "./day.ts";
import type { LoadPortal } from "./portal.ts";

export interface Posted {
  /** By the id of the call, in milliseconds of the clock. */
  postedAtMs: Map<string, number>;
  /** How long the portal waited for each 200, in real milliseconds. */
  answerMs: number[];
  /** Notices that were not taken. */
  refused: number;
}

/** Ends the calls at their times and posts their notices, as the day has them. `posted` is filled as it goes. */
export async function postDay(options: {
  day: Day;
  portal: LoadPortal;
  clock: Clock;
  url: string;
  posted: Posted;
  signal: AbortSignal;
}): Promise<void> {
  const { day, portal, clock, url, posted, signal } = options;
  const answers = new Set<Promise<void>>();
  const post = async (call: DayCall) => {
    const body = portal.end(call);
    posted.postedAtMs.set(call.callId, clock.now().getTime());
    const startedAt = performance.now();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const isTaken = await fetch(`${url}/webhooks/bitrix24`, { method: "POST", headers, body }).then(
      (response) => response.body?.cancel().then(() => response.status === 200),
      () => false,
    );
    posted.answerMs.push(performance.now() - startedAt);
    if (!isTaken) posted.refused += 1;
  };
  for (const call of day.calls) {
    const dueMs = day.beginsAtMs + call.endsAtSec * 1000;
    const waitMs = clock.realMs(dueMs - clock.now().getTime());
    if (waitMs > 1) await setTimeout(waitMs, undefined, { signal });
    signal.throwIfAborted();
    const answer = post(call).finally(() => answers.delete(answer));
    answers.add(answer);
  }
  await Promise.all(answers);
}

export function nothingPosted(): Posted {
  return { postedAtMs: new Map(), answerMs: [], refused: 0 };
}
