import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  callKey,
  checklistKey,
  recordingPrefix,
  scorecardKey,
  transcriptKey,
} from "../../core/bucket-layout.ts";
import { assertSafeKey } from "../../core/ports/store.ts";
import { writeJson } from "../../core/store-json.ts";
import { readEvent } from "../../events/catalog.ts";
import { stageNames } from "../../events/pipeline.ts";
import { ingest } from "../../functions/ingest/stage.ts";
import { onQueue } from "../../functions/lambda.ts";
import { report } from "../../functions/report/stage.ts";
import type { Stage } from "../../functions/run-stage.ts";
import { score } from "../../functions/score/stage.ts";
import { transcribe } from "../../functions/transcribe/stage.ts";
import { designChecklist } from "../core/design-checklist.ts";
import { examples } from "../events/examples.ts";
import { memoryCallIndex } from "../fakes/call-index.ts";
import { memoryCrm } from "../fakes/crm.ts";
import { memoryNotifier } from "../fakes/notify.ts";
import { scriptedSpeech } from "../fakes/speech.ts";
import { crmCall } from "../functions/ingest/ingest-world.ts";
import { transcriptOf, turns } from "../functions/score/score-world.ts";
import { makeWorld, run } from "../functions/world.ts";
import { mp3Silence } from "../speech/recordings.ts";
import { assertNamed } from "./errors.ts";
import { nearValid } from "./near-valid.ts";
import { bytesOf, nearValidText } from "./near-valid-text.ts";
import { cases, endsReached, timeoutMs } from "./runs.ts";

const audio = mp3Silence("8000 stereo", 50);
const events = Object.values(examples);
const { tenant, subject: callId } = examples["call.ended"];
const words = [
  ...[
    "1.0",
    "call.ended",
    "call.scored",
    "digest.due",
    "vendor.paused",
    "call.unknown",
    "default",
    "2026-11-20",
    callId,
  ],
  ...[
    "2026-11-20T10:00Z",
    "2026-11-20T10:00:00+03:00",
    "2026-11-20T10:00:00",
    "1000-01-01T00:00:00-23:59",
    "..",
    "upload",
  ],
  ...[transcriptKey(tenant, callId), callKey(tenant, callId), "checklists/default/first-sale/3.json"],
];

/** Every stage's ports, with what the four stages would have left of one call. */
async function worldWithCall() {
  const world = makeWorld();
  const { store } = world;
  const scorecard = { callId, tenant, percent: 50 };
  await Promise.all([
    writeJson(store, checklistKey(tenant, "first-sale", 3), designChecklist),
    store.put(`${recordingPrefix(tenant, "20261120-bitrix24-B.2")}mp3`, audio),
    store.put(`${recordingPrefix(tenant, callId)}mp3`, audio),
    writeJson(store, transcriptKey(tenant, callId), { ...transcriptOf(turns), callId }),
    writeJson(store, scorecardKey(tenant, "20261120-bitrix24-B.2", "first-sale", 3), scorecard),
  ]);
  return {
    ...world,
    crm: async () => memoryCrm({ calls: [crmCall()] }),
    speech: async () => scriptedSpeech({ recordings: new Map() }),
    slots: 5,
    llm: async () => null,
    notifier: async () => memoryNotifier(),
    index: async () =>
      memoryCallIndex({ store, clock: world.clock, timeZoneOf: async () => "Europe/Moscow" }),
  };
}
type FuzzWorld = Awaited<ReturnType<typeof worldWithCall>>;
const stages: Record<(typeof stageNames)[number], Stage<FuzzWorld>> = { ingest, transcribe, score, report };

it(
  "an event is read whole, or refused as the catalogue says",
  () => {
    const { reach, missing } = endsReached();
    fc.assert(
      fc.property(nearValid(events, words), (value) => {
        // A way through JSON, as a message comes.
        const json: unknown = JSON.parse(JSON.stringify(value));
        try {
          const event = readEvent(json);
          expect(readEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
          expect(Number.isFinite(Date.parse(event.time))).toBe(true);
          assertSafeKey(callKey(event.tenant, event.subject));
          reach(event.type);
        } catch (error) {
          assertNamed(error);
          reach("refused");
        }
      }),
      cases,
    );
    expect(missing("refused", ...Object.keys(examples))).toEqual([]);
  },
  timeoutMs,
);

it.each(stageNames)(
  "a message on the queue %s is handled, or fails by a name",
  async (name) => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(bytesOf(nearValidText(events, words)), async (bytes) => {
        const world = await worldWithCall();
        try {
          for (const { outcome } of await run(stages[name], bytes.toString("utf8"), world)) reach(outcome);
        } catch (error) {
          assertNamed(error);
          reach("error");
        }
      }),
      cases,
    );
    expect(missing("done", "error")).toEqual([]);
  },
  timeoutMs,
);

const { write } = process.stdout;
const writeError = process.stderr.write;
const logged: string[] = [];
beforeEach(() => {
  const keep = (chunk: string | Uint8Array): boolean => logged.push(String(chunk)) > 0;
  process.stdout.write = keep as typeof write;
  process.stderr.write = keep as typeof write;
});
afterEach(() => {
  process.stdout.write = write;
  process.stderr.write = writeError;
});

function record(body: string, messageId: string): SQSRecord {
  return {
    messageId,
    receiptHandle: `handle-of-${messageId}`,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1790000000000",
      SenderId: "test",
      ApproximateFirstReceiveTimestamp: "1790000000000",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:local:000000000000:report",
    awsRegion: "local",
  };
}

it(
  "a message that fails takes none of its batch with it, and no text of it into the log",
  async () => {
    const { reach, missing } = endsReached();
    const secret = "Иван Петрович";
    await fc.assert(
      fc.asyncProperty(nearValidText(events, words), async (body) => {
        const world = await worldWithCall();
        const queue = { ...world.queue, changeVisibility: async () => {} };
        const good = JSON.stringify(examples["call.skipped"]);
        logged.length = 0;
        const { batchItemFailures } = await onQueue(report, async () => ({ ...world, queue }))({
          Records: [record(good, "first"), record(body, "spoilt"), record(good, "last")],
        });
        const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
        expect(failed).not.toContain("first");
        expect(failed).not.toContain("last");
        const lines = logged
          .join("")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as object);
        expect(lines.filter((line) => "outcome" in line && "stage" in line && "ms" in line)).toHaveLength(3);
        if (failed.length > 0) expect(logged.join("")).not.toContain(secret);
        reach(failed.length === 0 ? "done" : "failed");
      }),
      cases,
    );
    expect(missing("done", "failed")).toEqual([]);
  },
  timeoutMs,
);
