import { outcomeKey } from "../core/bucket-layout.ts";
import type { Clock } from "../core/clock.ts";
import { PermanentError, RetryLaterError } from "../core/errors.ts";
import { type Outcome, outcomeKind } from "../core/outcome.ts";
import { MAX_DELAY_SEC, type QueueSender } from "../core/ports/queue.ts";
import type { Store } from "../core/ports/store.ts";
import { writeJson } from "../core/store-json.ts";
import { CallFailed } from "../events/call-failed.ts";
import { CallSkipped } from "../events/call-skipped.ts";
import { type BusEvent, readEvent } from "../events/catalog.ts";
import { listenersOf, pipeline, type StageName } from "../events/pipeline.ts";

/** What every stage runs on, besides its own ports. */
export interface StagePorts {
  store: Store;
  queue: QueueSender;
  clock: Clock;
}

/** A stage of the pipeline: event in, events out. It publishes nothing itself. */
export interface Stage<Ports extends StagePorts> {
  name: StageName;
  run(event: BusEvent, ports: Ports): Promise<BusEvent[]>;
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
}

/**
 * Runs a stage on one message of its queue and turns its three ways of failing into what follows (design §3):
 * "later" is sent again with a delay, "never" becomes the call's outcome, and any other error is thrown on to the queue.
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
    await publish(await stage.run(event, ports), ports.queue);
    return { ...handled, outcome: "done" };
  } catch (error) {
    if (error instanceof RetryLaterError) {
      const ageSec = (ports.clock.now().getTime() - Date.parse(event.time)) / 1000;
      if (ageSec > pipeline[stage.name].giveUpAfterSec) throw error;
      await sendAgain(stage.name, event, error.afterSec, ports);
      return { ...handled, outcome: "later", code: error.code };
    }
    if (error instanceof PermanentError) {
      const kind = await endCall(event, stage.name, error.code, ports);
      return { ...handled, outcome: kind, code: error.code };
    }
    throw error;
  }
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
  const kind = outcomeKind(code);
  const outcome: Outcome = {
    callId: event.subject,
    tenant: event.tenant,
    kind,
    code,
    stage,
    at: clock.now().toISOString(),
  };
  await writeJson(store, outcomeKey(event.tenant, event.subject), outcome, { ifAbsent: true });
  const definition = kind === "skipped" ? CallSkipped : CallFailed;
  const announced = definition.create({
    tenant: event.tenant,
    subject: event.subject,
    time: clock.now(),
    data: { code, stage },
  });
  await publish([announced], queue);
  return kind;
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
