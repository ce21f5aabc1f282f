import { describe, expect, it } from "vitest";
import { type SaluteSpeechSandbox, startSaluteSpeechSandbox } from "../../../local/sandbox/salutespeech.ts";
import {
  flacMono8k,
  mp3Silence,
  opusMono8k,
  opusStereo16k,
  sha256,
  wavTone,
} from "../../speech/recordings.ts";
import {
  credentials,
  mono,
  monoFormat,
  open,
  requestsTo,
  sandbox,
  speech,
  stereoFormat,
  upload,
} from "./sber.ts";

const optionsSent = () => JSON.parse(requestsTo("async_recognize").at(-1)?.body.toString() ?? "{}").options;

describe("an upload to SaluteSpeech", () => {
  it.each([
    ["audio/mpeg", mono],
    ["audio/x-pcm;bit=16;rate=16000", wavTone({ sampleRateHz: 16_000 })],
    ["audio/ogg;codecs=opus", opusMono8k],
    ["audio/flac", flacMono8k],
  ])("says its length and that it is %s", async (contentType, file) => {
    await upload(file);
    const sent = requestsTo("data:upload")[0];
    expect(sent?.headers).toMatchObject({
      "content-type": contentType,
      "content-length": String(file.length),
    });
    expect(sent?.headers["transfer-encoding"]).toBeUndefined();
    expect(sha256(sent?.body ?? new Uint8Array())).toBe(sha256(file));
  });

  it("reads the recording no faster than it is taken, and lets go of it when it is refused", async () => {
    let pulled = 0;
    let isClosed = false;
    async function* body() {
      try {
        for (; pulled < 1000; pulled += 1) yield new Uint8Array(1000);
      } finally {
        isClosed = true;
      }
    }
    const refusing: typeof fetch = async (url, init) => {
      if (String(url).endsWith("/oauth")) return fetch(url, init);
      await (init as { body: ReadableStream }).body.getReader().read();
      return new Response("busy", { status: 503 });
    };
    const by = open({ fetch: refusing });
    await expect(by.upload({ body: body(), sizeBytes: 1_000_000, format: monoFormat })).rejects.toMatchObject(
      {
        code: "speech.unavailable",
      },
    );
    expect(pulled).toBeLessThan(5);
    await expect.poll(() => isClosed).toBe(true);
  });

  it("lets go of a recording that it never began to read", async () => {
    sandbox.fail("/oauth", { status: 500 });
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      cancel: () => {
        isCancelled = true;
      },
    });
    await expect(speech.upload({ body, sizeBytes: 10, format: monoFormat })).rejects.toMatchObject({
      code: "speech.oauth_unavailable",
    });
    expect(isCancelled).toBe(true);
  });

  it("is not begun for more than the vendor's gigabyte", async () => {
    const sizeBytes = 1024 ** 3 + 1;
    await expect(
      speech.upload({ body: ReadableStream.from([mono]), sizeBytes, format: monoFormat }),
    ).rejects.toMatchObject({ name: "PermanentError", code: "recording.too_large" });
    expect(sandbox.requests).toEqual([]);
  });
});

describe("the request for recognition", () => {
  it("asks for the telephony model and both channels of a stereo call, and leaves voices alone", async () => {
    const { fileId, format } = await upload(mp3Silence("8000 stereo"));
    await speech.start(fileId, format);
    expect(optionsSent()).toEqual({
      model: "callcenter",
      audio_encoding: "MP3",
      sample_rate: 8000,
      channels_count: 2,
      language: "ru-RU",
      hypotheses_count: 1,
    });
  });

  it("asks for the model that tells voices apart when a call is mono", async () => {
    const { fileId, format } = await upload();
    await speech.start(fileId, format);
    expect(optionsSent()).toMatchObject({
      model: "general",
      channels_count: 1,
      speaker_separation_options: { enable: true, enable_only_main_speaker: false, count: 2 },
    });
  });

  it("does without voices when they are refused", async () => {
    const { fileId, format } = await upload();
    sandbox.fail("/speech:async_recognize", { status: 400, body: { status: 400, message: "unsupported" } });
    await speech.start(fileId, format);
    expect(optionsSent()).toMatchObject({ model: "callcenter" });
    expect(optionsSent()).not.toHaveProperty("speaker_separation_options");
    expect(sandbox.started.get(sha256(mono))).toBe(1);
  });

  it("asks for the general model and the right language of a wideband recording", async () => {
    const english = open({ language: "en" });
    const { fileId, format } = await upload(wavTone({ channels: 2, sampleRateHz: 16_000 }), english);
    await english.start(fileId, format);
    expect(optionsSent()).toMatchObject({ model: "general", audio_encoding: "PCM_S16LE", language: "en-US" });
  });

  it("does not hide a side of a stereo Opus, which the vendor refuses", async () => {
    const { fileId, format } = await upload(opusStereo16k);
    await expect(speech.start(fileId, format)).rejects.toMatchObject({ code: "speech.rejected_audio" });
    expect(optionsSent()).toMatchObject({ audio_encoding: "OPUS", channels_count: 2 });
  });

  it.each([
    ["a server error", { status: 502, body: "<html>Bad Gateway</html>" }],
    ["half an answer", { body: '{"status":200,"result":{"id":"t-' }],
    ["an answer without a task", { body: { status: 200, result: {} } }],
    ["a reset", "reset" as const],
  ])("is in doubt after %s, and not repeated", async (_name, fault) => {
    sandbox.fail("/speech:async_recognize", fault);
    await expect(speech.start("file", stereoFormat)).rejects.toMatchObject({
      name: "VendorError",
      code: "speech.start_unknown",
    });
    expect(requestsTo("async_recognize")).toHaveLength(1);
  });

  it("is in doubt when no answer comes in time", async () => {
    sandbox.fail("/speech:async_recognize", "hang");
    await expect(open({ timeoutSec: 0.3 }).start("file", stereoFormat)).rejects.toMatchObject({
      code: "speech.start_unknown",
    });
  });

  it("is not in doubt when there was no token or no connection", async () => {
    sandbox.fail("/oauth", "lost-answer");
    await expect(speech.start("file", stereoFormat)).rejects.toMatchObject({
      code: "speech.oauth_unavailable",
    });
    await speech.result("warm-up");
    const { port } = new URL((await closedServer()).apiUrl);
    const elsewhere = open({ apiUrl: `http://127.0.0.1:${port}/rest/v1` });
    await expect(elsewhere.start("file", stereoFormat)).rejects.toMatchObject({ code: "speech.unreachable" });
  });
});

describe("the state of a task", () => {
  const task = (result: object) => sandbox.fail("/task:get", { body: { status: 200, result } });

  it.each(["NEW", "RUNNING", "UNDEFINED"])("%s is running", async (status) => {
    task({ id: "t-1", status });
    expect(await speech.result("t-1")).toEqual({ state: "running" });
  });

  it.each(["ERROR", "CANCELED"])("%s has failed for good", async (status) => {
    task({ id: "t-1", status, error: "Иванов" });
    expect(await speech.result("t-1")).toEqual({ state: "failed", code: "speech.task_failed" });
  });

  it("is lost when its result was thrown away after 72 hours", async () => {
    task({ id: "t-1", status: "DONE", response_file_id: "r-1" });
    expect(await speech.result("t-1")).toEqual({ state: "failed", code: "speech.task_lost" });
  });

  it("is not done without a result file", async () => {
    task({ id: "t-1", status: "DONE" });
    await expect(speech.result("t-1")).rejects.toMatchObject({ code: "speech.unreadable_reply" });
  });

  it("is not done when its result is cut", async () => {
    task({ id: "t-1", status: "DONE", response_file_id: "r-1" });
    sandbox.fail("/data:download", { body: '[{"results":[{"text":"добрый' });
    await expect(speech.result("t-1")).rejects.toMatchObject({ code: "speech.unreadable_reply" });
  });
});

async function closedServer(): Promise<SaluteSpeechSandbox> {
  const server = await startSaluteSpeechSandbox({ ...credentials, recordings: new Map() });
  await server.close();
  return server;
}
