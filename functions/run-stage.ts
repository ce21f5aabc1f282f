import { outcomeKey, waitingKey } from "../core/bucket-layout.ts";
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/describe-error.ts";
import {
  ConfigurationError,
  isOwnError,
  type OwnError,
  PermanentError,
  RetryLaterError,
} from "../core/errors.ts";
import { Outcome, outcomeKind } from "../core/outcome.ts";
import { MAX_DELAY_SEC, type QueueSender } from "../core/ports/queue.ts";
import type { Store } from "../core/ports/store.ts";
import { BUSY } from "../core/slots.ts";
import { readJson, writeJson } from "../core/store-json.ts";
import { PAUSED } from "../core/vendor-health.ts";
import { leavesSign, type Waiting } from "../core/waiting.ts";
import { CallFailed } from "../events/call-failed.ts";
import { CallSkipped } from "../events/call-skipped.ts";
import { type BusEvent, isAboutCall, readEvent } from "../events/catalog.ts";
import { listenersOf, pipeline, type StageName } from "../events/pipeline.ts";

/** What every stage runs on, besides its own ports. */
export interface StagePorts {
  store: Store;
  queue: QueueSender;
  clock: Clock;
}

/** There was nothing to do, for a reason that the log names. */
export interface NothingDone {
  code: string;
}

/** A stage of the pipeline: event in, events out. It publishes nothing itself. */
export interface Stage<Ports extends StagePorts> {
  name: StageName;
  run(event: BusEvent, ports: Ports): Promise<BusEvent[] | NothingDone>;
  /** Reads messages of its queue that are no events of ours, e.g. the bucket's notifications; undefined: an event. */
  readForeign?(json: unknown, ports: Ports): Promise<BusEvent[] | undefined>;
}

/** What became of one event, for the log. Holds ids and codes only. */
export interface Handled {
  eventId: string;
  eventType: string;
  callId: string;
  traceparent: string;
  outcome: "done" | "later" | "skipped" | "failed" | "not-before";
  code?: string;
  /** What is wrong with a vendor or with us, in the own error's words. */
  problem?: string;
}

/** A vendor that is down or a key that is refused is looked at again soon, then ever less often. */
const SHORTEST_PAUSE_SEC = 10;
const LONGEST_PAUSE_SEC = 900;
const LONGEST_OUTAGE_SEC = 13 * 86_400;

/**
 * Runs a stage on one message of its queue and turns its ways of failing into what follows (docs/architecture.md): "later" is sent again with a
 * delay, "never" becomes the call's outcome, and any other error is thrown on to the queue.
 *
 * A vendor's failure and a mistake in the configuration are "later" too, by the age of the event: an outage of an hour would
 * otherwise use up the receives of every call of that hour. What is too old to wait becomes a dead letter.
 */
export async function runStage<Ports extends StagePorts>(
  stage: Stage<Ports>,
  body: string,
  ports: Ports,
  report: (handled: Handled) => void,
): Promise<void> {
  const json: unknown = JSON.parse(body);
  const events = (await stage.readForeign?.(json, ports)) ?? [readEvent(json)];
  for (const event of events) report(await runEvent(stage, event, ports));
}

async function runEvent<Ports extends StagePorts>(
  stage: Stage<Ports>,
  event: BusEvent,
  ports: Ports,
): Promise<Handled> {
  const handled = {
    eventId: event.id,
    eventType: event.type,
    callId: event.subject,
    traceparent: event.traceparent,
  };
  const waitSec = event.notbefore ? (Date.parse(event.notbefore) - ports.clock.now().getTime()) / 1000 : 0;
  // Less than a second is the clock's own tolerance.
  if (waitSec > 1) {
    await sendAgain(stage.name, event, waitSec, ports);
    return { ...handled, outcome: "not-before" };
  }
  try {
    const done = await stage.run(event, ports);
    if ("code" in done) return { ...handled, outcome: "done", code: done.code };
    await publish(done, ports.queue);
    return { ...handled, outcome: "done" };
  } catch (error) {
    if (error instanceof PermanentError) {
      const { kind, code } = await endCall(event, stage.name, error.code, ports);
      return { ...handled, outcome: kind, code };
    }
    const afterSec = pauseSec(error, stage.name, event, ports);
    if (afterSec === undefined || !isOwnError(error)) {
      await leaveSign(stage.name, event, error, null, ports);
      throw error;
    }
    await leaveSign(stage.name, event, error, afterSec, ports);
    await sendAgain(stage.name, event, afterSec, ports);
    const problem = error instanceof RetryLaterError ? {} : { problem: error.message };
    return { ...handled, outcome: "later", code: error.code, ...problem };
  }
}

/** How long the event waits until it is handled again; undefined: the queue has to deliver it again, in the end to its dead letters. */
function pauseSec(
  error: unknown,
  stage: StageName,
  event: BusEvent,
  { clock }: StagePorts,
): number | undefined {
  if (!isOwnError(error)) return undefined;
  const ageSec = ageOf(event, clock);
  if (ageSec > longestWaitSec(stage, error)) return undefined;
  return error instanceof RetryLaterError
    ? error.afterSec
    : clamp(ageSec / 2, SHORTEST_PAUSE_SEC, LONGEST_PAUSE_SEC);
}

/**
 * A key that is refused, a vendor that is paused or a long line before it is nothing the call can help: it waits until that is over, as
 * long as a queue could keep it (SQS: 14 days).
 */
function longestWaitSec(stage: StageName, error: OwnError): number {
  const isOurs =
    error instanceof ConfigurationError || error.code.endsWith(PAUSED) || error.code.endsWith(BUSY);
  return isOurs ? LONGEST_OUTAGE_SEC : pipeline[stage].giveUpAfterSec;
}

/** Says in the call's folder what it waits for, or on what it failed (`afterSec` is null then). */
async function leaveSign(
  stage: StageName,
  event: BusEvent,
  error: unknown,
  afterSec: number | null,
  { store, clock }: StagePorts,
): Promise<void> {
  if (!isAboutCall(event) || (afterSec !== null && !leavesSign(ageOf(event, clock), afterSec))) return;
  const { error: name, code, problem, at } = describeError(error);
  const now = clock.now();
  const sign: Waiting = {
    stage,
    state: afterSec === null ? "failed" : "later",
    code: code ?? name,
    problem: problem ?? at ?? null,
    at: now.toISOString(),
    until: afterSec === null ? null : new Date(now.getTime() + afterSec * 1000).toISOString(),
  };
  // The sign is for those who look; that the message goes on is what counts.
  await writeJson(store, waitingKey(event.tenant, event.subject), sign).catch(() => undefined);
}

function ageOf(event: BusEvent, clock: Clock): number {
  return (clock.now().getTime() - Date.parse(event.time)) / 1000;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

async function sendAgain(
  stage: StageName,
  event: BusEvent,
  afterSec: number,
  { queue, clock }: StagePorts,
): Promise<void> {
  const notbefore = new Date(clock.now().getTime() + afterSec * 1000).toISOString();
  await queue.send(stage, [
    {
      body: JSON.stringify({ ...event, notbefore }),
      delaySec: Math.min(MAX_DELAY_SEC, Math.max(0, Math.ceil(afterSec))),
    },
  ]);
}

/** The call's outcome is stored first and announced second, as every artefact. The first outcome stands. */
async function endCall(event: BusEvent, stage: StageName, code: string, { store, queue, clock }: StagePorts) {
  const key = outcomeKey(event.tenant, event.subject);
  const proposed: Outcome = {
    callId: event.subject,
    tenant: event.tenant,
    kind: outcomeKind(code),
    code,
    stage,
    at: clock.now().toISOString(),
  };
  const { written } = await writeJson(store, key, proposed, { ifAbsent: true });
  const outcome = written ? proposed : ((await readJson(store, key, Outcome))?.value ?? proposed);
  await publish([outcomeEvent(outcome, clock.now())], queue);
  return outcome;
}

/** Announces an outcome that is stored. */
export function outcomeEvent(outcome: Outcome, time: Date): CallSkipped | CallFailed {
  const { tenant, callId: subject, code, stage } = outcome;
  const definition = outcome.kind === "skipped" ? CallSkipped : CallFailed;
  return definition.create({ tenant, subject, time, data: { code, stage } });
}

/** Puts each event on the queue of every stage that hears it. */
export async function publish(events: readonly BusEvent[], queue: QueueSender): Promise<void> {
  const byStage = new Map<StageName, { body: string }[]>();
  for (const event of events) {
    for (const stage of listenersOf(event.type)) {
      byStage.set(stage, [...(byStage.get(stage) ?? []), { body: JSON.stringify(event) }]);
    }
  }
  for (const [stage, messages] of byStage) await queue.send(stage, messages);
}
