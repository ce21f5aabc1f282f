import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AudioFormat, readAudioFormat } from "../../core/audio.ts";
import type { Speech, SpeechResult, SpeechSegment } from "../../core/ports/speech.ts";
import { flacMono8k, mp3Silence, opusMono8k, sha256, wavTone } from "./recordings.ts";

/** What a driver's test brings along, in its vendor's dialect. */
export interface SpeechFixture {
  speech: Speech;
  /** How many tasks were started for the file: each one costs money. */
  startedTasks(sha256Hex: string): number;
  /** The next start is refused for now, with this wait. */
  rateLimitNextStart(afterSec: number): void;
  /** The next start does its work, but its answer never arrives. */
  loseNextStart(): void;
  close(): Promise<void>;
}

const segment = (said: Partial<SpeechSegment> & { text: string }): SpeechSegment => ({
  channel: 0,
  voice: null,
  startSec: 0,
  endSec: 1,
  words: [],
  ...said,
});

const stereo = wavTone({ channels: 2 });
const mono = wavTone({ channels: 1 });
const silent = wavTone({ durationSec: 0.2 });
const unknown = wavTone({ durationSec: 0.3 });
const others = [mp3Silence("8000 stereo"), mp3Silence("44100 stereo"), opusMono8k, flacMono8k];

const dialogue = [
  segment({ text: "Здравствуйте, ёлочку «Ель» ещё можно заказать?", channel: 1, startSec: 2.4, endSec: 5.1 }),
  segment({
    text: "Добрый день, студия.",
    startSec: 0.48,
    endSec: 2.16,
    words: [
      { text: "добрый", startSec: 0.48, endSec: 0.84 },
      { text: "день", startSec: 0.9, endSec: 1.3 },
      { text: "студия", startSec: 1.4, endSec: 2.16 },
    ],
  }),
  segment({ text: "Да, конечно.", startSec: 4.9, endSec: 6 }),
];
const oneLine = [
  segment({ text: "Добрый день!", voice: 1, startSec: 0, endSec: 1 }),
  segment({ text: "Алло, слушаю.", voice: 0, startSec: 1.2, endSec: 2.5 }),
];
const recordings = new Map<string, SpeechSegment[]>([
  [sha256(stereo), dialogue],
  [sha256(mono), oneLine],
  [sha256(silent), []],
  ...others.map((file): [string, SpeechSegment[]] => [sha256(file), [segment({ text: "Алло." })]]),
]);

/** What every recogniser promises. Called once for each driver, and once for the fake. */
export function speechConformance(
  driver: string,
  open: (recordings: ReadonlyMap<string, SpeechSegment[]>) => Promise<SpeechFixture>,
): void {
  describe(`speech by ${driver}`, () => {
    let fixture: SpeechFixture;
    let speech: Speech;
    beforeEach(async () => {
      fixture = await open(recordings);
      speech = fixture.speech;
    });
    afterEach(() => fixture.close());

    const upload = async (file: Uint8Array) => {
      const format = await readAudioFormat(file, file.length);
      const { fileId } = await speech.upload({ body: inChunks(file), sizeBytes: file.length, format });
      return { fileId, format };
    };
    const begin = async (file: Uint8Array) => {
      const { fileId, format } = await upload(file);
      return (await speech.start(fileId, format)).taskId;
    };
    const hear = async (file: Uint8Array) => finished(speech, await begin(file));

    it("has a name", () => {
      expect(speech.name).toMatch(/^[a-z][a-z0-9-]+$/);
    });

    it("tells that a task is still running", async () => {
      expect(await speech.result(await begin(stereo))).toEqual({ state: "running" });
    });

    it("gives each side of a stereo call its channel, ordered by time", async () => {
      const { segments, model } = await hear(stereo);
      expect(
        segments.map(({ channel, startSec, endSec, text }) => ({ channel, startSec, endSec, text })),
      ).toEqual([
        { channel: 0, startSec: 0.48, endSec: 2.16, text: "Добрый день, студия." },
        { channel: 1, startSec: 2.4, endSec: 5.1, text: "Здравствуйте, ёлочку «Ель» ещё можно заказать?" },
        { channel: 0, startSec: 4.9, endSec: 6, text: "Да, конечно." },
      ]);
      expect(segments.map(({ voice }) => voice)).toEqual([null, null, null]);
      expect(model).toEqual(expect.any(String));
    });

    it("knows when each word was said", async () => {
      const { segments } = await hear(stereo);
      expect(segments[0]?.words).toEqual([
        { text: "добрый", startSec: 0.48, endSec: 0.84 },
        { text: "день", startSec: 0.9, endSec: 1.3 },
        { text: "студия", startSec: 1.4, endSec: 2.16 },
      ]);
    });

    it("tells the voices of a mono call apart and says everything once", async () => {
      const { segments } = await hear(mono);
      expect(segments.map(({ channel, voice, text }) => ({ channel, voice, text }))).toEqual([
        { channel: 0, voice: 1, text: "Добрый день!" },
        { channel: 0, voice: 0, text: "Алло, слушаю." },
      ]);
    });

    it("finds nothing in silence", async () => {
      expect((await hear(silent)).segments).toEqual([]);
    });

    it("takes every encoding that a recording can have", async () => {
      for (const file of others)
        expect((await hear(file)).segments.map(({ text }) => text)).toEqual(["Алло."]);
    });

    it("reads a finished task as often as asked", async () => {
      const taskId = await begin(stereo);
      const first = await finished(speech, taskId);
      expect(await finished(speech, taskId)).toEqual(first);
    });

    it("starts several tasks for one upload", async () => {
      const { fileId, format } = await upload(mono);
      const first = await speech.start(fileId, format);
      const second = await speech.start(fileId, format);
      expect(second.taskId).not.toBe(first.taskId);
      expect(fixture.startedTasks(sha256(mono))).toBe(2);
    });

    it("reports a recording that cannot be recognised as failed", async () => {
      const taskId = await begin(unknown);
      expect(await ended(speech, taskId)).toEqual({ state: "failed", code: "speech.task_failed" });
    });

    it("reports a task that nobody knows as failed", async () => {
      expect(await speech.result("no such/task?")).toEqual({ state: "failed", code: "speech.task_lost" });
    });

    it("asks for the upload again when it is gone", async () => {
      const format: AudioFormat = { encoding: "wav", channels: 2, sampleRateHz: 8000, durationSec: null };
      await expect(speech.start("no-such-file", format)).rejects.toMatchObject({
        name: "VendorError",
        code: "speech.file_lost",
      });
    });

    it("comes back later when too many tasks run, and starts none", async () => {
      const { fileId, format } = await upload(stereo);
      fixture.rateLimitNextStart(45);
      await expect(speech.start(fileId, format)).rejects.toMatchObject({
        name: "RetryLaterError",
        code: "speech.rate_limited",
        afterSec: 45,
      });
      expect(fixture.startedTasks(sha256(stereo))).toBe(0);
    });

    it("never pays twice on its own when the answer of a start is lost", async () => {
      const { fileId, format } = await upload(stereo);
      fixture.loseNextStart();
      await expect(speech.start(fileId, format)).rejects.toMatchObject({
        name: "VendorError",
        code: "speech.start_unknown",
      });
      expect(fixture.startedTasks(sha256(stereo))).toBe(1);
    });

    it("passes on what breaks in the source of an upload", async () => {
      const format = await readAudioFormat(stereo, stereo.length);
      const broken = new Error("the bucket went away");
      async function* body() {
        yield stereo.subarray(0, 100);
        throw broken;
      }
      await expect(speech.upload({ body: body(), sizeBytes: stereo.length, format })).rejects.toBe(broken);
    });

    it.each([-10, 10])("refuses an upload that is %i bytes off its announced length", async (difference) => {
      const format = await readAudioFormat(stereo, stereo.length);
      const sizeBytes = stereo.length + difference;
      await expect(speech.upload({ body: inChunks(stereo), sizeBytes, format })).rejects.toThrow(RangeError);
    });
  });
}

async function ended(speech: Speech, taskId: string): Promise<SpeechResult> {
  for (let polls = 0; polls < 20; polls += 1) {
    const result = await speech.result(taskId);
    if (result.state !== "running") return result;
  }
  throw new Error("the task does not end");
}

async function finished(speech: Speech, taskId: string) {
  const result = await ended(speech, taskId);
  if (result.state !== "done") throw new Error(`the task ended as ${result.state}`);
  return result.recognised;
}

async function* inChunks(file: Uint8Array, chunkBytes = 500): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += chunkBytes) yield file.subarray(at, at + chunkBytes);
}
