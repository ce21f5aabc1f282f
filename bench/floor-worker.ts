import { readFile } from "node:fs/promises";
import type { Body, Store } from "../core/ports/store.ts";
import { pipeline, type StageName, stageNames, visibilitySec } from "../events/pipeline.ts";
import { answerParent } from "./child.ts";
import { type RoundPorts, runRound } from "./rounds.ts";
import { type Operation, type Trace, type TracedBody, traceKey } from "./trace.ts";

/**
 * The floor: takes the same messages as the pipeline did, as many at once, and repeats what was written down of each. Nothing is
 * parsed, checked, judged or logged.
 */

const LONG_POLL_SEC = 20;

const [traceFile = ""] = process.argv.slice(2);
const trace: Trace = JSON.parse(await readFile(traceFile, "utf8"));
const handled = new Map(trace.handled.map(([key, operations]) => [key, inGroups(operations)]));
const source = Buffer.alloc(trace.longestChunkBytes, 1);

answerParent(() =>
  runRound(
    trace.messages.length,
    async ({ store, queue }) => {
      for (const [key, text] of trace.objects) await store.put(key, text);
      for (const { queue: name, body } of trace.messages) await queue.send(name, [{ body }]);
    },
    (ports) => {
      const stopping = new AbortController();
      const loops = stageNames.map((stage) => repeatStage(stage, ports, stopping.signal));
      return {
        stop: async () => {
          stopping.abort();
          await Promise.all(loops);
        },
      };
    },
  ),
);

async function repeatStage(stage: StageName, { store, queue }: RoundPorts, signal: AbortSignal) {
  const { batchSize, concurrency } = pipeline[stage];
  const runs = new Set<Promise<void>>();
  while (!signal.aborted) {
    if (runs.size >= concurrency) {
      await Promise.race(runs);
      continue;
    }
    const messages = await queue.receive(stage, {
      max: batchSize,
      waitSec: LONG_POLL_SEC,
      visibilitySec: visibilitySec(stage),
      signal,
    });
    if (messages.length === 0) continue;
    const run = (async () => {
      await Promise.all(messages.map(({ body }) => repeat(stage, body, { store, queue })));
      await queue.delete(
        stage,
        messages.map(({ handle }) => handle),
      );
    })().finally(() => runs.delete(run));
    runs.add(run);
  }
  await Promise.all(runs);
}

async function repeat(stage: StageName, body: string, ports: RoundPorts): Promise<void> {
  const groups = handled.get(traceKey(stage, body));
  if (!groups) throw different();
  for (const group of groups) await Promise.all(group.map((operation) => perform(operation, ports)));
}

async function perform(operation: Operation, { store, queue }: RoundPorts): Promise<void> {
  switch (operation.kind) {
    case "get":
      return get(operation, store);
    case "put": {
      const { written } = await store.put(operation.key, bodyOf(operation.body), operation.options);
      if (written !== operation.written) throw different();
      return;
    }
    case "list": {
      const objects = store.list(operation.prefix)[Symbol.asyncIterator]();
      // One more than was taken: the end of a listing has to be looked for as well.
      for (let taken = 0; taken <= operation.taken; taken += 1) {
        if ((await objects.next()).done) break;
      }
      await objects.return?.();
      return;
    }
    case "delete":
      return store.delete(operation.key);
    case "send":
      return queue.send(operation.queue, operation.messages);
  }
}

async function get({ key, found, isRead }: Operation & { kind: "get" }, store: Store): Promise<void> {
  const object = await store.get(key);
  if ((object !== undefined) !== found) throw different();
  if (!isRead) return object?.body.cancel();
  for await (const _chunk of object?.body ?? []);
}

function bodyOf(body: TracedBody): Body {
  return "text" in body ? body.text : pieces(body.chunkBytes);
}

async function* pieces(lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const length of lengths) yield source.subarray(0, length);
}

function inGroups(operations: readonly Operation[]): Operation[][] {
  return [...Map.groupBy(operations, ({ group }) => group).values()];
}

function different(): Error {
  return new Error("the floor does not do what the pipeline did");
}
