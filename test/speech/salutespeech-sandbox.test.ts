import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { setClock } from "../../core/clock.ts";
import type { SpeechSegment } from "../../core/ports/speech.ts";
import { type SaluteSpeechSandbox, startSaluteSpeechSandbox } from "../../local/sandbox/salutespeech.ts";
import { sha256, wavTone } from "./recordings.ts";

// The sandbox must be as strict and as odd as the service, or the driver's tests prove nothing.

const mono = wavTone();
const line = (text: string, voice: number, startSec: number): SpeechSegment => ({
  channel: 0,
  voice,
  startSec,
  endSec: startSec + 1,
  text,
  words: [],
});
const clock = setClock("2026-11-20T10:00:00Z");
let sandbox: SaluteSpeechSandbox;

beforeEach(async () => {
  sandbox = await startSaluteSpeechSandbox({
    clientId: "id",
    clientSecret: "secret",
    recordings: new Map([[sha256(mono), [line("Добрый день!", 1, 0.5), line("Алло, слушаю.", 0, 2)]]]),
    clock,
  });
});
afterEach(() => sandbox.close());

const authorise = (headers: Record<string, string> = {}) =>
  fetch(sandbox.oauthUrl, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("id:secret")}`, rquid: randomUUID(), ...headers },
    body: new URLSearchParams({ scope: "SALUTE_SPEECH_PERS" }),
  });
async function access() {
  const { access_token: token } = (await (await authorise()).json()) as { access_token: string };
  return { authorization: `Bearer ${token}` };
}
async function call(path: string, headers: Record<string, string>, body?: Uint8Array | object) {
  const content = body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
  const response = await fetch(`${sandbox.apiUrl}/${path}`, {
    headers,
    ...(body && { method: "POST", body: content }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
  return { status: response.status, json: (await response.json()) as any };
}
async function start(
  headers: Record<string, string>,
  options: object,
  contentType = "audio/x-pcm;bit=16;rate=8000",
) {
  const upload = await call("data:upload", { ...headers, "content-type": contentType }, mono);
  const body = { request_file_id: upload.json.result.request_file_id, options };
  return call("speech:async_recognize", headers, body);
}
const wav = { audio_encoding: "PCM_S16LE", sample_rate: 8000, channels_count: 1, model: "general" };
const separation = {
  speaker_separation_options: { enable: true, enable_only_main_speaker: false, count: 2 },
};

it("gives no token for a wrong key or without RqUID", async () => {
  expect((await authorise({ authorization: `Basic ${btoa("id:wrong")}` })).status).toBe(401);
  expect((await authorise({ rquid: "1" })).status).toBe(400);
});

it("refuses a token after half an hour", async () => {
  const headers = await access();
  expect((await call("task:get?id=t", headers)).status).toBe(404);
  clock.advance(30 * 60);
  expect((await call("task:get?id=t", headers)).status).toBe(401);
});

it.each([
  ["an unknown option", { ...wav, diarization: true }],
  [
    "an unknown option of voices",
    { ...wav, speaker_separation_options: { enable: true, count_of_speakers: 2 } },
  ],
  ["another encoding than the file's", { ...wav, audio_encoding: "MP3" }],
  ["more channels than the file has", { ...wav, channels_count: 2 }],
  ["another sample rate", { ...wav, sample_rate: 16_000 }],
])("refuses %s and starts nothing", async (_name, options) => {
  expect((await start(await access(), options)).status).toBe(400);
  expect(sandbox.started.size).toBe(0);
});

it("refuses an encoding that contradicts the upload's Content-Type", async () => {
  expect((await start(await access(), wav, "audio/mpeg")).status).toBe(400);
});

it("is NEW, then RUNNING, then DONE, and writes each voice beside the mix", async () => {
  const headers = await access();
  const { id } = (await start(headers, { ...wav, ...separation })).json.result;
  const polls = [];
  for (let at = 0; at < 3; at += 1) polls.push((await call(`task:get?id=${id}`, headers)).json.result);
  expect(polls.map(({ status }) => status)).toEqual(["NEW", "RUNNING", "DONE"]);

  const file = (await call(`data:download?response_file_id=${polls[2].response_file_id}`, headers)).json;
  const heard = file.filter((item: { speaker_info?: object }) => item.speaker_info);
  expect(
    heard.map((item: { results: { text: string; start: string }[]; speaker_info: object }) => [
      item.results[0]?.text,
      item.results[0]?.start,
      item.speaker_info,
    ]),
  ).toEqual([
    ["добрый день", "0.500s", { speaker_id: -1 }],
    ["алло слушаю", "2s", { speaker_id: -1 }],
    ["алло слушаю", "2s", {}],
    ["добрый день", "0.500s", { speaker_id: 1 }],
  ]);
  expect(heard[0]).not.toHaveProperty("channel");
});
