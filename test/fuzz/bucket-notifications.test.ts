import fc from "fast-check";
import { expect, it } from "vitest";
import { CallId } from "../../core/call.ts";
import { ingest } from "../../functions/ingest/stage.ts";
import { memoryCrm } from "../fakes/crm.ts";
import { makeWorld, run } from "../functions/world.ts";
import { mp3Silence } from "../speech/recordings.ts";
import { assertNamed } from "./errors.ts";
import { nearValid } from "./near-valid.ts";
import { bytesOf, nearValidText } from "./near-valid-text.ts";
import { cases, endsReached, timeoutMs } from "./runs.ts";

const audio = mp3Silence("8000 stereo", 50);
const KEYS = ["uploads/default/Звонок с выставки, 19 ноября (1+2).mp3", "uploads/default/Анна/b.mp3"];
/** A name that nobody encoded, and names that no bucket can keep. */
const RAW = "uploads/default/Скидка 50% (повтор).mp3";
const words = [
  RAW,
  "uploads/default/a%2",
  "uploads/default/a%00b.mp3",
  "uploads/default/a\\b.mp3",
  "uploads/default/a%2F%2Fb.mp3",
  "uploads/../b.mp3",
  "uploads/%2E%2E/b.mp3",
  "uploads/default/.hidden",
  "uploads/default/",
  `uploads/default/${"%D1%8F".repeat(600)}.mp3`,
  "ObjectCreated:Copy",
  "ObjectRemoved:Delete",
  "s3:TestEvent",
];

const record = (key: string, differs: object = {}) => ({
  eventVersion: "2.6",
  eventSource: "aws:s3",
  awsRegion: "ru-central1",
  eventTime: "2026-11-20T10:30:00.000Z",
  eventName: "ObjectCreated:Put",
  s3: {
    s3SchemaVersion: "1.0",
    bucket: { name: "call-quality", arn: "arn:aws:s3:::call-quality" },
    object: {
      key: encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/"),
      size: 1024,
      eTag: "d41d8cd98f00b204e9800998ecf8427e",
      sequencer: "0065F1C2A3",
    },
  },
  ...differs,
});
const records = KEYS.map((key) => record(key));
const examples = [
  { Records: records.slice(0, 1) },
  { Records: records },
  { Records: [record("uploads/default/gone.mp3"), record(RAW)] },
  { Records: [record(KEYS[0] as string, { eventName: "ObjectRemoved:Delete" })] },
  { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "call-quality", Time: "2026-11-20T10:30:00.000Z" },
];

async function bucketWithAudio() {
  const world = { ...makeWorld(), crm: async () => memoryCrm() };
  for (const key of [...KEYS, RAW]) await world.store.put(key, audio);
  return world;
}

it(
  "a notification of the bucket makes calls, or fails as a message that cannot be read",
  async () => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(bytesOf(nearValidText(examples, words)), async (bytes) => {
        const world = await bucketWithAudio();
        try {
          const handled = await run(ingest, bytes.toString("utf8"), world);
          for (const { callId, outcome } of handled) {
            expect(callId).toSatisfy((id: string) => CallId.safeParse(id).success);
            reach(outcome);
          }
          if (handled.length === 0) reach("nothing to do");
          for (const { body } of world.sent) expect(body).not.toMatch(/выставки|Анна|Скидка/);
        } catch (error) {
          assertNamed(error);
          reach("unreadable");
        }
      }),
      cases,
    );
    expect(missing("done", "skipped", "nothing to do", "unreadable")).toEqual([]);
  },
  timeoutMs,
);

it(
  "a record that cannot be read does not hold up its neighbours",
  async () => {
    await fc.assert(
      fc.asyncProperty(nearValid([...records, record(RAW)], words), async (spoilt) => {
        const world = await bucketWithAudio();
        const body = JSON.stringify({ Records: [records[0], spoilt, records[1]] });
        const handled = await run(ingest, body, world);
        const stored = world.sent.filter(({ event }) => event.type === "recording.stored");
        const calls = new Set(stored.map(({ event }) => event.subject));
        expect(calls.size).toBeGreaterThanOrEqual(2);
        expect(handled.at(0)?.outcome).toBe("done");
        expect(handled.at(-1)?.outcome).toBe("done");
      }),
      cases,
    );
  },
  timeoutMs,
);
