import { type Clock, setClock } from "../../core/clock.ts";
import type { Store } from "../../core/ports/store.ts";
import { defaultSettings, type Settings } from "../../core/settings.ts";
import { readText } from "../../core/store-json.ts";
import { type BusEvent, readEvent } from "../../events/catalog.ts";
import { pipeline, type StageName, stageNames, visibilitySec } from "../../events/pipeline.ts";
import { type Handled, runStage, type Stage, type StagePorts } from "../../functions/run-stage.ts";
import { memoryQueue } from "../fakes/queue.ts";
import { memoryStore } from "../fakes/store.ts";

export interface Sent {
  queue: string;
  event: BusEvent;
  body: string;
  delaySec: number | undefined;
}

/** What every stage runs on, and what its queues were given. */
export interface World extends StagePorts {
  queue: ReturnType<typeof memoryQueue>;
  clock: Clock & { advance(sec: number): void };
  settings: Settings;
  settingsOf(): Promise<Settings>;
  /** Everything that was ever sent, in order. */
  sent: Sent[];
}

export function makeWorld(
  options: { now?: string; store?: Store; settings?: Partial<Settings> } = {},
): World {
  const clock = setClock(options.now ?? "2026-11-20T10:00:00Z");
  const settings: Settings = {
    ...defaultSettings,
    // They take their time, and have tests of their own.
    digestFiles: false,
    ...options.settings,
  };
  const queues = stageNames.map((name) => ({
    name,
    visibilitySec: visibilitySec(name),
    maxReceiveCount: pipeline[name].maxReceiveCount,
  }));
  const queue = memoryQueue({ clock, queues });
  const sent: Sent[] = [];
  return {
    clock,
    store: options.store ?? memoryStore({ clock }),
    settings,
    settingsOf: async () => settings,
    sent,
    queue: {
      ...queue,
      send: async (name, messages) => {
        await queue.send(name, messages);
        for (const { body, delaySec } of messages)
          sent.push({ queue: name, event: readEvent(JSON.parse(body)), body, delaySec });
      },
    },
  };
}

/** Runs the stage on one message, as its queue would. */
export async function run<Ports extends StagePorts>(
  stage: Stage<Ports>,
  message: BusEvent | string | object,
  ports: Ports,
): Promise<Handled[]> {
  const handled: Handled[] = [];
  const body = typeof message === "string" ? message : JSON.stringify(message);
  await runStage(stage, body, ports, (one) => handled.push(one));
  return handled;
}

/** Runs the stage on its message again and again, each time when it said, until it says something else than "later". */
export async function runUntilSettled<Ports extends StagePorts>(
  stage: Stage<Ports>,
  event: BusEvent,
  ports: Ports & World,
): Promise<{ agesSec: number[]; last: Handled }> {
  const agesSec: number[] = [];
  let body = JSON.stringify(event);
  for (;;) {
    agesSec.push(Math.round((ports.clock.now().getTime() - Date.parse(event.time)) / 1000));
    const [last] = await run(stage, body, ports);
    if (!last) throw new Error("nothing was handled");
    if (last.outcome !== "later") return { agesSec, last };
    const again = lastSent(ports, stage.name);
    body = again.body;
    const dueMs = Date.parse(again.event.notbefore ?? "") - ports.clock.now().getTime();
    ports.clock.advance(dueMs / 1000);
  }
}

export function lastSent({ sent }: World, queue: StageName): Sent {
  const last = sent.findLast((one) => one.queue === queue);
  if (!last) throw new Error(`nothing was sent to ${queue}`);
  return last;
}

/** Types of the events on a queue, in order. */
export function typesOn({ sent }: World, queue: StageName): string[] {
  return sent.filter((one) => one.queue === queue).map(({ event }) => event.type);
}

export async function readObject(store: Store, key: string): Promise<unknown> {
  const text = await readText(store, key);
  return text === undefined ? undefined : JSON.parse(text);
}

export async function keysUnder(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}
