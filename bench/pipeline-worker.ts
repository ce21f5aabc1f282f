import { writeFile } from "node:fs/promises";
import { systemClock } from "../core/clock.ts";
import type { Store } from "../core/ports/store.ts";
import { defaultSettings, type Settings } from "../core/settings.ts";
import { pipeline, type StageName, stageNames, visibilitySec } from "../events/pipeline.ts";
import { ingest } from "../functions/ingest/stage.ts";
import { onQueue } from "../functions/lambda.ts";
import { report } from "../functions/report/stage.ts";
import { publish } from "../functions/run-stage.ts";
import { score } from "../functions/score/stage.ts";
import { transcribe } from "../functions/transcribe/stage.ts";
import { type QueueHandler, startPump } from "../local/pump.ts";
import { loadScenario } from "../local/sandbox/scenario.ts";
import { seedChecklists } from "../local/seed-checklists.ts";
import { answerParent } from "./child.ts";
import { callEndedOf, instantCrm, instantLlm, instantSpeech } from "./instant-vendors.ts";
import { recorder } from "./recorder.ts";
import { type RoundPorts, runRound } from "./rounds.ts";
import type { Trace } from "./trace.ts";

/**
 * The real pumps, handlers and stages between instant vendors. Asked with `traceFile` it also writes down what they did to the ports.
 */

const SAMPLE = "office";
const STOP_GRACE_SEC = 5;

const settings: Settings = defaultSettings;

const { calls: samples } = await loadScenario();
const sample = samples.find(({ slug }) => slug === SAMPLE)!;
const crm = await instantCrm(sample);
const speech = instantSpeech(sample);
const llm = instantLlm();
const vendors = {
  crm: async () => crm,
  speech: async () => speech,
  // All calls write the one object that counts them, in an order which the floor could not repeat.
  slots: null,
  llm: async () => llm,
  notifier: async () => null,
  // No digest is due in a round.
  index: async () => {
    throw new Error("nothing asks the index");
  },
  settingsOf: async () => settings,
};

answerParent(async ({ calls, traceFile }: { calls: number; traceFile?: string }) => {
  const recorded = traceFile === undefined ? undefined : recorder();
  const events = Array.from({ length: calls }, (_value, index) => callEndedOf(index, sample));
  const objects: Trace["objects"] = [];
  const cost = await runRound(
    calls,
    async ({ store, queue }) => {
      await seedChecklists(remembering(store, objects), "default", settings.locale);
      await publish(events, queue);
    },
    (ports) => startPumps(ports, recorded),
  );
  if (recorded && traceFile !== undefined) {
    const handled = [...recorded.handled];
    const lengths = handled.flatMap(([, operations]) =>
      operations.flatMap((operation) =>
        operation.kind === "put" && "chunkBytes" in operation.body ? operation.body.chunkBytes : [],
      ),
    );
    const messages = events.map((event) => ({ queue: "ingest", body: JSON.stringify(event) }));
    const trace: Trace = { objects, messages, handled, longestChunkBytes: Math.max(0, ...lengths) };
    await writeFile(traceFile, JSON.stringify(trace));
  }
  return cost;
});

function startPumps({ store, queue }: RoundPorts, recorded: ReturnType<typeof recorder> | undefined) {
  const ports = {
    ...vendors,
    clock: systemClock,
    store: recorded ? recorded.recordedStore(store) : store,
    queue: recorded ? recorded.recordedSender(queue) : queue,
  };
  const open = async () => ports;
  const handlers: Record<StageName, QueueHandler> = {
    ingest: onQueue(ingest, open),
    transcribe: onQueue(transcribe, open),
    score: onQueue(score, open),
    report: onQueue(report, open),
  };
  const pumps = stageNames.map((stage) =>
    startPump({
      stage,
      policy: pipeline[stage],
      visibilitySec: visibilitySec(stage),
      handler: withoutFailures(recorded ? oneByOne(stage, handlers[stage], recorded) : handlers[stage]),
      queue,
      clock: systemClock,
      onError: (_stage, error) => failed(error),
    }),
  );
  return { stop: async () => void (await Promise.all(pumps.map((pump) => pump.stop(STOP_GRACE_SEC)))) };
}

/** Gives the handler each message of a batch on its own, so that it is known which one did what. */
function oneByOne(
  stage: StageName,
  handler: QueueHandler,
  { record }: ReturnType<typeof recorder>,
): QueueHandler {
  return async ({ Records }) => {
    const answers = await Promise.all(
      Records.map((message) => record(stage, message.body, () => handler({ Records: [message] }))),
    );
    return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
  };
}

/** A bench of something that does not work would measure nothing. */
function withoutFailures(handler: QueueHandler): QueueHandler {
  return async (batch) => {
    const answer = await handler(batch);
    if (answer.batchItemFailures.length > 0) failed(new Error("a stage failed: its log says why"));
    return answer;
  };
}

function failed(error: unknown): void {
  console.error(error);
  process.exit(1);
}

function remembering(store: Store, objects: Trace["objects"]): Store {
  return {
    ...store,
    async put(key, body, options) {
      objects.push([key, String(body)]);
      return store.put(key, body, options);
    },
  };
}
