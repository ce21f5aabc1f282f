import { setTimeout } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";
import {
  type SandboxReply,
  type SandboxRequest,
  type SandboxServer,
  serveSandbox,
} from "../../local/sandbox/server.ts";
import { randomNumbers } from "./day.ts";

/** How long a vendor takes to answer, in seconds of the clock. */
export type Takes = readonly [least: number, most: number];

export type SlowReply = SandboxReply & { takesSec?: Takes };

/** A clock that also hears of every request: whoever counts need not stand between. */
export type VendorClock = Clock & { asked?(request: SandboxRequest): void };

/** A vendor on loopback that answers after as long as the real one would, and keeps nothing of what it was asked. */
export async function serveSlowly(
  clock: VendorClock,
  usually: Takes,
  answer: (request: SandboxRequest) => SlowReply | Promise<SlowReply>,
): Promise<SandboxServer> {
  const random = randomNumbers(1);
  const server = await serveSandbox(async (request) => {
    // A day's bodies would fill the memory of the process that measures.
    server.requests.length = 0;
    clock.asked?.(request);
    const reply = await answer(request);
    const [least, most] = reply.takesSec ?? usually;
    await setTimeout(clock.realMs(1000 * (least + (most - least) * random())));
    return reply;
  });
  return server;
}
