import { createHash, randomUUID } from "node:crypto";
import { type AudioFormat, readAudioFormat } from "../../core/audio.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import type { SpeechSegment } from "../../core/ports/speech.ts";
import { writeResultFile } from "./salutespeech-result.ts";
import { type SandboxReply, type SandboxRequest, type SandboxServer, serveSandbox } from "./server.ts";

export interface SaluteSpeechSandboxOptions {
  clientId: string;
  clientSecret: string;
  /** What was said, by the SHA-256 (hex) of the audio file. A task for any other file ends in ERROR. */
  recordings: ReadonlyMap<string, readonly SpeechSegment[]>;
  /** How often a task is asked for in vain: once NEW, then RUNNING. */
  pollsUntilDone?: number;
  clock?: Clock;
  port?: number;
}

export interface SaluteSpeechSandbox extends Omit<SandboxServer, "url"> {
  oauthUrl: string;
  apiUrl: string;
  /** How many tasks were started, by the SHA-256 of the audio file: each one would have been paid for. */
  started: Map<string, number>;
}

interface Upload {
  hash: string;
  contentType: string;
  /** Undefined when the bytes are not a recording. */
  format: AudioFormat | undefined;
}

interface Task {
  id: string;
  polls: number;
  hash: string;
  options: RecognitionOptions;
}

interface RecognitionRequest {
  request_file_id?: string;
  options?: RecognitionOptions;
}

interface RecognitionOptions {
  model?: string;
  audio_encoding: string;
  sample_rate?: number;
  channels_count?: number;
  speaker_separation_options?: { enable: boolean };
}

const TOKEN_LIFETIME_MS = 30 * 60_000;
const REST = "/rest/v1";

/** Sber's own content types, and the plain one that the service takes as well. */
const contentTypes: Record<string, RegExp> = {
  MP3: /^audio\/mpeg$|^application\/octet-stream$/,
  PCM_S16LE: /^audio\/x-pcm;bit=16;rate=\d+$|^application\/octet-stream$/,
  OPUS: /^audio\/ogg;codecs=opus$|^application\/octet-stream$/,
  FLAC: /^audio\/flac$|^application\/octet-stream$/,
};
const encodings: Record<AudioFormat["encoding"], string> = {
  mp3: "MP3",
  wav: "PCM_S16LE",
  "ogg-opus": "OPUS",
  flac: "FLAC",
};
const knownOptions = new Set([
  "model",
  "audio_encoding",
  "sample_rate",
  "channels_count",
  "language",
  "hypotheses_count",
  "enable_profanity_filter",
  "no_speech_timeout",
  "max_speech_timeout",
  "hints",
  "speaker_separation_options",
  "insight_models",
]);
const knownSeparationOptions = new Set(["enable", "enable_only_main_speaker", "count"]);

/** Plays Sber SaluteSpeech, OAuth and REST on one server, as strictly as its strictest gateway. */
export async function startSaluteSpeechSandbox(
  options: SaluteSpeechSandboxOptions,
): Promise<SaluteSpeechSandbox> {
  const { clientId, clientSecret, recordings, pollsUntilDone = 2, clock = systemClock } = options;
  const key = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  const tokens = new Map<string, number>();
  const uploads = new Map<string, Upload>();
  const tasks = new Map<string, Task>();
  const started = new Map<string, number>();

  function authorise(request: SandboxRequest): SandboxReply {
    if (!isUuid(request.headers.rquid)) return { status: 400, body: { code: 1, message: "no RqUID" } };
    if (request.headers.authorization !== key)
      return { status: 401, body: { code: 6, message: "credentials doesn't match db data" } };
    const scope = new URLSearchParams(request.body.toString()).get("scope") ?? "";
    if (!/^(SALUTE_SPEECH_[A-Z0-9]+|SBER_SPEECH)$/.test(scope))
      return { status: 400, body: { code: 5, message: "scope is empty or unknown" } };
    const token = randomUUID();
    const expiresAtMs = clock.now().getTime() + TOKEN_LIFETIME_MS;
    tokens.set(token, expiresAtMs);
    return { body: { access_token: token, expires_at: expiresAtMs } };
  }

  async function upload(request: SandboxRequest): Promise<SandboxReply> {
    if (!request.headers["content-length"]) return refused(411, "Content-Length is required");
    const id = randomUUID();
    uploads.set(id, {
      hash: createHash("sha256").update(request.body).digest("hex"),
      contentType: request.headers["content-type"] ?? "",
      format: await readAudioFormat(request.body, request.body.length).catch(() => undefined),
    });
    return accepted({ request_file_id: id });
  }

  function recognise(request: SandboxRequest): SandboxReply {
    const body = readJson(request.body.toString());
    if (!body) return refused(400, "the body is not JSON");
    const file = uploads.get(body.request_file_id ?? "");
    if (!file) return refused(404, "request file not found");
    if (!file.format) return refused(422, "audio cannot be decoded");
    const complaint = complaintAbout(body, { ...file, format: file.format });
    if (complaint) return refused(400, complaint);
    const options = body.options ?? { audio_encoding: "" };
    const task = { id: randomUUID(), polls: 0, hash: file.hash, options };
    tasks.set(task.id, task);
    started.set(file.hash, (started.get(file.hash) ?? 0) + 1);
    return accepted({ id: task.id, ...times(), status: "NEW" });
  }

  function poll(request: SandboxRequest): SandboxReply {
    const task = tasks.get(request.query.get("id") ?? "");
    if (!task) return refused(404, "task not found");
    task.polls += 1;
    if (task.polls <= pollsUntilDone)
      return accepted({ id: task.id, ...times(), status: task.polls === 1 ? "NEW" : "RUNNING" });
    if (!recordings.has(task.hash))
      return accepted({ id: task.id, ...times(), status: "ERROR", error: "recognition failed" });
    return accepted({ id: task.id, ...times(), status: "DONE", response_file_id: `response-${task.id}` });
  }

  function download(request: SandboxRequest): SandboxReply {
    const task = tasks.get((request.query.get("response_file_id") ?? "").replace("response-", ""));
    const said = task && recordings.get(task.hash);
    if (!task || !said) return refused(404, "response file not found");
    const file = writeResultFile(said, {
      model: task.options.model ?? "general",
      channels: task.options.channels_count ?? 1,
      separateVoices: task.options.speaker_separation_options?.enable === true,
    });
    return { headers: { "content-type": "application/octet-stream" }, body: JSON.stringify(file) };
  }

  function times() {
    const now = clock.now().toISOString();
    return { created_at: now, updated_at: now };
  }

  const routes: Record<string, (request: SandboxRequest) => SandboxReply | Promise<SandboxReply>> = {
    [`POST ${REST}/data:upload`]: upload,
    [`POST ${REST}/speech:async_recognize`]: recognise,
    [`GET ${REST}/task:get`]: poll,
    [`GET ${REST}/data:download`]: download,
  };
  const server = await serveSandbox((request) => {
    const route = `${request.method} ${request.path}`;
    if (route === "POST /api/v2/oauth") return authorise(request);
    const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    if ((tokens.get(token) ?? 0) <= clock.now().getTime()) return refused(401, "Unauthorized");
    return routes[route]?.(request) ?? refused(404, "no such method");
  }, options.port);

  const { url, ...rest } = server;
  return { ...rest, oauthUrl: `${url}/api/v2/oauth`, apiUrl: `${url}${REST}`, started };
}

function complaintAbout(
  body: RecognitionRequest,
  { contentType, format }: { contentType: string; format: AudioFormat },
): string | undefined {
  const { options = { audio_encoding: "" } } = body;
  const separation = options.speaker_separation_options;
  const unknown = [
    ...Object.keys(body).filter((name) => name !== "request_file_id" && name !== "options"),
    ...Object.keys(options).filter((name) => !knownOptions.has(name)),
    ...Object.keys(separation ?? {}).filter((name) => !knownSeparationOptions.has(name)),
  ];
  const channels = options.channels_count ?? 1;
  if (unknown.length > 0) return `unknown field "${unknown[0]}"`;
  if (!contentTypes[options.audio_encoding]?.test(contentType))
    return "audio_encoding contradicts Content-Type";
  if (options.audio_encoding !== encodings[format.encoding]) return "audio_encoding contradicts the file";
  if (options.sample_rate !== undefined && options.sample_rate !== format.sampleRateHz)
    return "wrong sample_rate";
  if (channels < 1 || channels > format.channels) return "wrong channels_count";
  if (options.audio_encoding === "OPUS" && channels > 1) return "OPUS must be mono";
  if (options.audio_encoding === "MP3" && channels > 2) return "MP3 has two channels at most";
  return undefined;
}

function readJson(text: string): RecognitionRequest | undefined {
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function accepted(result: object): SandboxReply {
  return { body: { status: 200, result } };
}

function refused(status: number, message: string): SandboxReply {
  return { status, body: { status, message } };
}

function isUuid(value: string | string[] | undefined): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i.test(String(value));
}
