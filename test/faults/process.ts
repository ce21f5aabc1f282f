import { pipeline, type StageName, visibilitySec } from "../../events/pipeline.ts";
import { startPump } from "../../local/pump.ts";
import { killedEverywhere, type Survived } from "./killed.ts";
import { logOf } from "./log-of.ts";
import { type MemoryLine, memoryCall, memoryLine } from "./memory-line.ts";
import { type FaultTable, row } from "./row.ts";
import { callEnded, digestDue } from "./sandbox.ts";
import { often, times } from "./sentence.ts";

/** What it costs to be killed at every moment of the stage. */
async function everywhere(stage: StageName): Promise<string> {
  const all = await killedEverywhere(stage);
  const harmed = all.filter(({ stands, dead, deliveries }) => {
    return stands.scorecards !== 1 || stands.rows !== 1 || dead > 0 || deliveries > 2;
  });
  const ended =
    harmed.length === 0
      ? "one scorecard and one row every time"
      : `harmed at ${harmed.length}, e.g. ${JSON.stringify(harmed[0])}`;
  // Rounded, for a read more or less is no other promise.
  const moments = `more than ${Math.floor((all.length - 1) / 10) * 10} moments`;
  return [`killed at ${moments}, delivered again: ${ended}`, ...repeats(all)].join("; ");
}

function repeats(all: readonly Survived[]): string[] {
  const kinds = [
    ["transcriptions", "the transcription is paid"],
    ["answers", "the model's answer is paid"],
    ["digests", "the digest comes"],
  ] as const;
  const told = kinds.flatMap(([kind, words]) => {
    const odd = all.filter(({ counts }) => counts[kind] !== 1);
    if (odd.length === 0) return [];
    const numbers = [...new Set(odd.map(({ counts }) => often(counts[kind])))].join(", ");
    const places = odd.map(({ when, place }) => `${when} \`${place}\``).sort();
    return [
      `${words} ${numbers} at ${odd.length} of them, when the vendor had answered and the receipt was not written yet (${places.join(", ")})`,
    ];
  });
  return told.length > 0 ? told : ["nothing is paid or sent twice"];
}

/** A vendor that answers when it is told to. */
function gate() {
  const asked = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    asked: asked.promise,
    open: opened.resolve,
    between<Port extends object>(name: string, port: Port): Port {
      if (name !== "speech") return port;
      const { start } = port as unknown as { start(...given: unknown[]): Promise<unknown> };
      const slow = async (...given: unknown[]) => {
        asked.resolve();
        await opened.promise;
        return start(...given);
      };
      return { ...port, start: slow };
    },
  };
}

/** The process is told to end while it waits for the recogniser's answer to a start. */
async function toldToEnd(answers: "in time" | "too late"): Promise<string> {
  const { asked, open, between } = gate();
  const world = await memoryLine({ between });
  const { line } = world;
  await line.send(callEnded(memoryCall, line.clock));
  await line.deliverNext("ingest");
  const { lines } = await logOf(async () => {
    const pump = startPump({
      stage: "transcribe",
      policy: { ...pipeline.transcribe, concurrency: 1 },
      visibilitySec: visibilitySec("transcribe"),
      handler: line.handlers.transcribe,
      queue: line.queue,
      // What it does is done on the clock of the play, how long it waits is not.
      clock: { ...line.clock, realMs: (durationMs) => durationMs },
      onError: () => {},
    });
    await asked;
    const stopped = pump.stop(answers === "in time" ? 60 : 0.01);
    if (answers === "in time") open();
    await stopped;
  });
  const { visible, inFlight } = await line.queue.stats("transcribe");
  const inHand = lines.length === 1 && inFlight === 0 ? "finished and removed" : "";
  const given = lines.length === 0 && visible === 1 ? "given back at once" : "";
  const next = line.restarted(world);
  await next.runOn();
  return `what is in hand is ${inHand || given}; ${await heldBy(world, next)}`;
}

async function heldBy({ counts, stands }: MemoryLine, line: MemoryLine["line"]): Promise<string> {
  const { scorecards } = await stands();
  const { transcriptions, answers } = counts();
  const isOnce = scorecards === 1 && transcriptions === 1 && answers === 1;
  const deliveries = Math.max(...line.deliveries.map((one) => one.receive_count));
  const again = deliveries > 1 ? `, delivered ${deliveries} times` : "";
  const paid = `${times(scorecards, "scorecard")}, ${times(transcriptions, "transcription")}, ${times(answers, "answer")}`;
  return `${isOnce ? "scored; paid once" : paid}${again}`;
}

/** Every process that takes the message dies of it, until somebody mends the cause and puts the dead letter back. */
async function deadly(): Promise<string> {
  let isDeadly = true;
  let deaths = 0;
  const never = new Promise<never>(() => {});
  const between = <Port extends object>(name: string, port: Port): Port => {
    if (name !== "llm" || !isDeadly) return port;
    return { ...port, ask: () => never };
  };
  const world = await memoryLine({ between });
  const { line } = world;
  await line.send(callEnded(memoryCall, line.clock));
  for (const stage of ["ingest", "transcribe"] as const)
    while (await line.deliverNext(stage)) line.clock.advance(60);
  // A process that dies of a message says nothing about it: the message is only received.
  while ((await line.queue.stats("score")).dead === 0) {
    const [message] = await line.queue.receive("score", {
      max: 1,
      waitSec: 0,
      visibilitySec: visibilitySec("score"),
    });
    if (message) deaths += 1;
    line.clock.advance(visibilitySec("score"));
  }
  isDeadly = false;
  const before = await line.dead();
  await line.queue.redrive("score");
  const next = line.restarted(world);
  await next.runOn();
  return `${deaths} processes die of it, then ${times(before, "dead letter")}; put back: ${await heldBy(world, next)}`;
}

/** A day is over, and the service is off when its digest is due. */
async function digestMissed(): Promise<string> {
  const world = await memoryLine();
  const { line } = world;
  await line.send(callEnded(memoryCall, line.clock));
  await line.runOn();
  // Off for a night: the message waits on its queue.
  await line.send(digestDue(line.clock));
  line.clock.advance(14 * 3600);
  const next = line.restarted(world);
  await next.runOn();
  return `waits on its queue; the digest comes ${often(world.counts().digests)}`;
}

export const processFaults: FaultTable = {
  vendor: "Our own process",
  rows: [
    row(
      "ingest",
      "SIGKILL at every call to the outside, before it and after it",
      "killed at more than 10 moments, delivered again: one scorecard and one row every time; nothing is paid or sent twice",
      () => everywhere("ingest"),
    ),
    row(
      "transcribe",
      "SIGKILL at every call to the outside, before it and after it",
      "killed at more than 50 moments, delivered again: one scorecard and one row every time; the transcription is paid twice at 2 of them, when the vendor had answered and the receipt was not written yet (after `speech.start`, before `store.put`)",
      () => everywhere("transcribe"),
    ),
    row(
      "score",
      "SIGKILL at every call to the outside, before it and after it",
      "killed at more than 30 moments, delivered again: one scorecard and one row every time; the model's answer is paid twice at 2 of them, when the vendor had answered and the receipt was not written yet (after `llm.ask`, before `store.put`)",
      () => everywhere("score"),
    ),
    row(
      "report",
      "SIGKILL at every call to the outside, before it and after it",
      "killed at more than 70 moments, delivered again: one scorecard and one row every time; the digest comes twice at 2 of them, when the vendor had answered and the receipt was not written yet (after `notifier.send`, before `store.put`)",
      () => everywhere("report"),
    ),
    row(
      "transcribe",
      "SIGTERM while the recogniser is asked to start a task, and it answers within the grace",
      "what is in hand is finished and removed; scored; paid once",
      () => toldToEnd("in time"),
    ),
    row(
      "transcribe",
      "SIGTERM while the recogniser is asked to start a task, and it does not answer in time",
      "what is in hand is given back at once; scored; paid once, delivered 2 times",
      () => toldToEnd("too late"),
    ),
    row(
      "score",
      "a message kills every process that takes it (out of memory)",
      "5 processes die of it, then 1 dead letter; put back: scored; paid once",
      deadly,
    ),
    row(
      "report",
      "the service is off for a night when a digest is due",
      "waits on its queue; the digest comes once",
      digestMissed,
    ),
  ],
};
