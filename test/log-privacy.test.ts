import { createHash } from "node:crypto";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { checklistKey, indexDayPrefix } from "../core/bucket-layout.ts";
import { dayIn } from "../core/call.ts";
import { CallRow } from "../core/call-row.ts";
import type { SpeechSegment } from "../core/ports/speech.ts";
import { dayPeriod } from "../core/report-period.ts";
import { readJson, writeJson } from "../core/store-json.ts";
import { CallTranscribed } from "../events/call-transcribed.ts";
import { digestDue } from "../events/digest-due.ts";
import { base, closeDeps, configure } from "../functions/deps.ts";
import { publish } from "../functions/run-stage.ts";
import { type Bitrix24Sandbox, startBitrix24Sandbox } from "../local/sandbox/bitrix24.ts";
import { type ModelSandbox, startModelSandbox } from "../local/sandbox/model.ts";
import { type SaluteSpeechSandbox, startSaluteSpeechSandbox } from "../local/sandbox/salutespeech.ts";
import type { Fault } from "../local/sandbox/server.ts";
import { startTelegramSandbox, type TelegramSandbox } from "../local/sandbox/telegram.ts";
import { type QueueTap, tapQueues } from "./pipeline/queue-tap.ts";
import { type RunningService, type Stage, setStage, startServiceChild } from "./pipeline/running-service.ts";
import { mp3Silence } from "./speech/recordings.ts";

/**
 * The running service with a mark on everything that is secret or personal, while every vendor fails in every way and quotes the
 * marks in its failures: no mark may be printed, nor lie on a queue.
 */

const DAY = "2026-11-19";

const marks = {
  phone: "+79161234567",
  agent: "Златоуст-Рюмина",
  client: "Вельзевулова",
  spoken: "кракозябра",
  applicationToken: "mark-application-token",
  restSecret: "markrestsecret",
  speechId: "mark-speech-id",
  speechSecret: "mark-speech-secret",
  modelKey: "mark-model-key",
  telegramToken: "777:mark-telegram-token",
  chatId: "-100777666555",
  adminToken: "mark-admin-token",
  fileName: "Подслушано",
  formEncodedFileName: encodeURIComponent("Подслушано"),
  downloadUrl: "auth_token=",
  authorization: Buffer.from("mark-speech-id:mark-speech-secret").toString("base64"),
};
/** The bucket's own notification has to name the file that came; nothing else may. */
const FILE_NAME_MARKS = new Set<string>(["fileName", "formEncodedFileName"]);

const everyMark = Object.values(marks).join(" | ");
const failures: Fault[] = [
  { status: 500, body: { error: everyMark, message: everyMark, error_description: everyMark } },
  { status: 401, body: { error: "INVALID_CREDENTIALS", message: everyMark, error_description: everyMark } },
  { status: 502, headers: { "content-type": "text/html" }, body: `<html>${everyMark}</html>` },
  { headers: { "content-type": "text/html" }, body: `<!DOCTYPE html><title>${everyMark}</title>` },
  { headers: { "content-type": "application/json" }, body: `{"unexpected": "${everyMark}"` },
  "reset",
];

const audio = Buffer.from(mp3Silence("8000 stereo", 301));
const uploadedAudio = Buffer.from(mp3Silence("8000 stereo", 302));

let stage: Stage;
let tap: QueueTap;
let service: RunningService;
let bitrix24: Bitrix24Sandbox;
let saluteSpeech: SaluteSpeechSandbox;
let model: ModelSandbox;
let telegram: TelegramSandbox;
let printed: string[];
let bodies: { queue: string; body: string }[];
let rows: CallRow[];

beforeAll(async () => {
  stage = await setStage();
  tap = await tapQueues(stage.dataDir);
  await startVendors();
  await putChecklist();
  const env = environment();
  service = await startServiceChild(stage, env);
  failEverywhere();
  const webhook = `${service.url}/webhooks/bitrix24`;
  await bitrix24.postWebhook(webhook, "MARKED.1", { token: "forged" });
  await postGarbage(webhook);
  await bitrix24.postWebhook(webhook, "MARKED.1");
  await bitrix24.postWebhook(webhook, "MARKED.html");
  await appendFile(
    join(stage.uploads, `${marks.fileName} ${marks.client} ${marks.phone}.mp3`),
    uploadedAudio,
  );
  await writeFile(join(stage.uploads, `${marks.fileName} прайс.pdf`), `%PDF ${everyMark}`);
  rows = await rowsOnceThereAre(4);
  configure({ env, clock: stage.clock });
  const time = stage.clock.now();
  await publish([digestDue({ tenant: "default", period: dayPeriod(DAY), time })], base().queue);
  await publish([poisonous(time)], base().queue);
  await vi.waitFor(() => expect(telegram.messages.length).toBeGreaterThan(0), {
    timeout: 30_000,
    interval: 100,
  });
  const isDead = async () => expect((await base().queue.stats("score")).dead).toBe(1);
  await vi.waitFor(isDead, { timeout: 30_000, interval: 100 });
  await service.stop();
  printed = service.lines();
  bodies = tap.bodies();
}, 120_000);

afterAll(async () => {
  await service?.stop();
  closeDeps();
  tap?.close();
  await Promise.all([bitrix24, saluteSpeech, model, telegram].map((vendor) => vendor?.close()));
  await stage?.remove();
});

describe("a service whose vendors fail in every way", () => {
  it("still ends every call and sends the digest, with the marked words where they belong", () => {
    const byStatus = rows.map(({ status }) => status).sort();
    expect(byStatus).toEqual(["failed", "failed", "scored", "scored"]);
    const scored = rows.find(({ callId }) => callId.endsWith("MARKED.1"));
    expect(scored?.agentName).toContain(marks.agent);
    expect(telegram.messages.map(({ plain }) => plain).join()).toContain(marks.agent);
  });

  it("met each failure it was to meet", () => {
    const handled = printed.filter((line) => line.includes('"message":"handled"')).join("\n");
    for (const code of ["crm.", "speech.", "llm.", "notify."]) expect(handled).toContain(`"code":"${code}`);
    // The poisonous message, a bug as seen from the stage.
    expect(handled).toContain('"outcome":"error"');
  });

  it("prints JSON lines alone", () => {
    const lines = printed.filter((line) => line !== "");
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => !isJson(line))).toEqual([]);
  });

  it.each(Object.entries(marks))("prints no %s [privacy:nothing-personal-in-logs]", (_what, mark) => {
    expect(printed.filter((line) => asWritten(line).includes(mark))).toEqual([]);
  });

  it.each(Object.entries(marks))(
    "puts no %s on a queue [privacy:nothing-personal-on-queues]",
    (what, mark) => {
      const ours = bodies.filter(({ body }) => !(FILE_NAME_MARKS.has(what) && isNotification(body)));
      expect(ours.length).toBeGreaterThan(20);
      expect(ours.filter(({ body }) => asWritten(body).includes(mark))).toEqual([]);
    },
  );

  it("puts a client's name and phone on a queue only where the bucket names a file", () => {
    expect(bodies.filter(({ body }) => isNotification(body))).toHaveLength(2);
  });
});

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

/** Escapes and percent signs hide a word from a search, not from a reader. */
function asWritten(text: string): string {
  const unescaped = text.replaceAll(/\\u([0-9a-f]{4})/gi, (_all, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return `${text}\n${unescaped}`;
}

function isNotification(body: string): boolean {
  return body.startsWith('{"Records":');
}

async function startVendors(): Promise<void> {
  const said: SpeechSegment[] = [
    segment(0, 0.5, `Добрый день, меня зовут ${marks.agent}, компания «Север-Окна», чем могу помочь?`),
    segment(1, 5, `Здравствуйте, это ${marks.client}, ${marks.spoken}, мой номер ${marks.phone}.`),
    segment(0, 8.5, "Спасибо, записала, какой у вас размер проёма и когда удобно?"),
    segment(1, 13, "Метр на полтора, для кухни, удобно завтра после обеда."),
    segment(0, 17, "Хорошо, завтра в три приедет мастер. До свидания."),
  ];
  const { clock } = stage;
  const heard = [audio, uploadedAudio].map((bytes) => [sha256(bytes), said] as const);
  const call = {
    callType: "1",
    startedAt: `${DAY}T15:00:00+03:00`,
    durationSec: 21,
    failedCode: "200",
    agentId: "12",
    phone: marks.phone,
    line: "reg100001",
  } as const;
  bitrix24 = await startBitrix24Sandbox({
    secret: marks.restSecret,
    applicationToken: marks.applicationToken,
    agents: [{ id: "12", firstName: "Ия", lastName: marks.agent, departmentIds: [] }],
    calls: [
      { ...call, nativeId: "MARKED.1", recording: { file: audio } },
      { ...call, nativeId: "MARKED.html", recording: { file: Buffer.from(`<html>${everyMark}</html>`) } },
    ],
    clock,
  });
  saluteSpeech = await startSaluteSpeechSandbox({
    clientId: marks.speechId,
    clientSecret: marks.speechSecret,
    recordings: new Map(heard),
    clock,
  });
  model = await startModelSandbox({ apiKey: marks.modelKey, calls: [] });
  telegram = await startTelegramSandbox({ token: marks.telegramToken });
}

/** One for every call, whose words are as personal as those of the call. */
async function putChecklist(): Promise<void> {
  await writeJson(stage.store, checklistKey("default", "every-call", 1), {
    id: "every-call",
    version: 1,
    name: "Любой звонок",
    status: "published",
    criteria: [
      { id: "greeting", text: "Поздоровался", check: "keyword", phrases: [["добрый день"], [marks.agent]] },
      { id: "needs", text: "Выяснил задачу", check: "semantic" },
    ],
  });
}

function environment(): Record<string, string> {
  return {
    BITRIX24_WEBHOOK_URL: bitrix24.webhookUrl,
    BITRIX24_APPLICATION_TOKEN: marks.applicationToken,
    SBER_OAUTH_CLIENT_ID: marks.speechId,
    SBER_OAUTH_CLIENT_SECRET: marks.speechSecret,
    SALUTESPEECH_OAUTH_URL: saluteSpeech.oauthUrl,
    SALUTESPEECH_API_URL: saluteSpeech.apiUrl,
    LLM_BASE_URL: model.baseUrl,
    LLM_API_KEY: marks.modelKey,
    LLM_MODEL: "sandbox-judge",
    TELEGRAM_BOT_TOKEN: marks.telegramToken,
    TELEGRAM_CHAT_ID: marks.chatId,
    TELEGRAM_API_ROOT: telegram.url,
    ADMIN_TOKEN: marks.adminToken,
    DATA_DIR: stage.dataDir,
  };
}

/** Every vendor fails in every way, spread over its doors where it has several, before it answers. */
function failEverywhere(): void {
  const [broken500, refused401, gateway502, page, cutJson, reset] = failures as [
    Fault,
    Fault,
    Fault,
    Fault,
    Fault,
    Fault,
  ];
  bitrix24.fail("voximplant.statistic.get", broken500, refused401, page);
  bitrix24.fail("user.get", gateway502, cutJson);
  bitrix24.fail("disk.file.get", refused401, broken500);
  // A page where the file was expected is taken for the recording, as that of the second call is.
  bitrix24.fail("/disk/downloadFile/9001/", broken500, reset);
  saluteSpeech.fail("oauth", refused401, page);
  saluteSpeech.fail("data:upload", broken500, cutJson);
  // An answer that may follow a paid start has to wait for the lease to end, so one is enough.
  saluteSpeech.fail("async_recognize", broken500);
  saluteSpeech.fail("task:get", gateway502, page);
  saluteSpeech.fail("data:download", reset, cutJson);
  model.fail("chat/completions", ...failures);
  telegram.fail("sendMessage", ...failures);
}

async function postGarbage(webhook: string): Promise<void> {
  const garbage = [
    `auth[application_token]=${marks.applicationToken}&event=ONVOXIMPLANTCALLEND`,
    `{"${everyMark}`,
  ];
  for (const body of garbage) await (await fetch(webhook, { method: "POST", body })).text();
  await (
    await fetch(`${webhook}/${encodeURIComponent(marks.phone)}`, { method: "POST", body: everyMark })
  ).text();
}

/** An event that a bug could make: its key leaves the bucket, which every attempt refuses. */
function poisonous(time: Date) {
  return CallTranscribed.create({
    tenant: "default",
    subject: "20261119-bitrix24-POISON.1",
    time,
    data: { transcriptKey: "../transcript.json" },
  });
}

function segment(channel: number, startSec: number, text: string): SpeechSegment {
  const words = text.split(" ").map((word, index) => ({
    text: word.toLowerCase(),
    startSec: startSec + index * 0.4,
    endSec: startSec + index * 0.4 + 0.3,
  }));
  return { channel, voice: null, startSec, endSec: words.at(-1)?.endSec ?? startSec, text, words };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function rowsOnceThereAre(count: number): Promise<CallRow[]> {
  return vi.waitFor(
    async () => {
      const found: CallRow[] = [];
      for (const day of [DAY, dayIn("Europe/Moscow", new Date())]) {
        for await (const { key } of stage.store.list(indexDayPrefix("default", day))) {
          const row = await readJson(stage.store, key, CallRow);
          if (row) found.push(row.value);
        }
      }
      expect(found.map(({ callId, status }) => [callId, status])).toHaveLength(count);
      return found;
    },
    { timeout: 60_000, interval: 200 },
  );
}
