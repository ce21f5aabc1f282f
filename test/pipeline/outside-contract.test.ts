import { createHash } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  digestKey,
  indexDayPrefix,
  indexRowKey,
  scorecardKey,
  transcriptKey,
} from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { CallRow } from "../../core/call-row.ts";
import { Report } from "../../core/report.ts";
import { dayPeriod } from "../../core/report-period.ts";
import { Scorecard } from "../../core/scorecard.ts";
import { readJson } from "../../core/store-json.ts";
import { Transcript } from "../../core/transcript.ts";
import { digestDue } from "../../events/digest-due.ts";
import { base, closeDeps, configure } from "../../functions/deps.ts";
import { publish } from "../../functions/run-stage.ts";
import { digestsIn } from "../../local/demo/wait.ts";
import type { SandboxCall } from "../../local/sandbox/bitrix24.ts";
import { type SandboxPortal, startSandboxPortal } from "../../local/sandbox/portal.ts";
import { loadScenario, type Scenario, type ScenarioCall } from "../../local/sandbox/scenario.ts";
import { mp3Silence } from "../speech/recordings.ts";
import { type RunningService, type Stage, setStage, startServiceChild } from "./running-service.ts";

/**
 * The service as it runs in earnest, in a process of its own, against the sandbox's vendors: what tests outside this repository may
 * rely on (docs/architecture.md).
 */

const DAY = "2026-11-19";
const UPLOAD_NAME = "Звонок с выставки № 2 (ёлка), 19 ноября.mp3";
const UPLOADED = "balcony";
const FIRST_FILE_ID = 9001;

/** Calls beside the scenario's, each with a recording that cannot be scored. */
const badCalls: { nativeId: string; file: Buffer; outcome: [CallRow["status"], string] }[] = [
  { nativeId: "BAD.empty", file: Buffer.alloc(0), outcome: ["failed", "recording.empty"] },
  { nativeId: "BAD.cut", file: soundOf(211), outcome: ["failed", "recording.truncated"] },
  { nativeId: "BAD.task", file: soundOf(212), outcome: ["failed", "speech.task_failed"] },
  { nativeId: "BAD.silent", file: soundOf(213), outcome: ["skipped", "transcript.no_speech"] },
];

let stage: Stage;
let portal: SandboxPortal;
let service: RunningService;
let scenario: Scenario;
let statuses: number[];
let rows: Map<string, CallRow>;
let upload: CallRow;

beforeAll(async () => {
  stage = await setStage();
  scenario = await loadScenario();
  const silent = join(stage.dataDir, "silent.mp3");
  await appendFile(silent, badCalls.at(-1)?.file ?? "");
  portal = await startSandboxPortal(withSilence(scenario, silent), stage.clock);
  portal.bitrix24.calls.splice(scenario.calls.length);
  for (const { nativeId, file } of badCalls) addCall(nativeId, file);
  const cut = badCalls.findIndex(({ nativeId }) => nativeId === "BAD.cut");
  const cutPath = `/disk/downloadFile/${FIRST_FILE_ID + scenario.calls.length + cut}/`;
  const half = (badCalls[cut]?.file ?? Buffer.alloc(0)).subarray(0, 5000);
  portal.bitrix24.fail(cutPath, ...Array.from({ length: 30 }, () => ({ body: half })));
  service = await startServiceChild(stage, portal.env);

  const dropped = dropInPieces();
  statuses = await postTwentyWebhooks();
  await dropped;
  await untilAllHaveEnded();
}, 90_000);

afterAll(async () => {
  await service?.stop();
  closeDeps();
  await portal?.close();
  await stage?.remove();
});

describe("a day of calls through the running service", () => {
  it("takes every webhook but the forged one", () => {
    expect(statuses).toHaveLength(20);
    expect(statuses.filter((status) => status === 401)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(19);
  });

  it("ends each call as it must end, bad recordings by their name [pipeline:every-call-ends]", () => {
    for (const { nativeId, outcome } of badCalls) {
      const row = rows.get(`20261119-bitrix24-${nativeId}`);
      expect([row?.status, row?.code], nativeId).toEqual(outcome);
    }
    for (const call of scenario.calls) {
      const row = rows.get(`20261119-bitrix24-${call.nativeId}`);
      expect(row?.status, call.slug).toBe(call.expected.outcome);
      if (call.expected.outcome !== "scored") expect(row?.code, call.slug).toBe(call.expected.code);
    }
    expect(rows.size).toBe(scenario.calls.length + badCalls.length);
  });

  it("transcribes each recording once, and only recordings [pipeline:paid-once]", () => {
    const paid = new Map(portal.saluteSpeech.started);
    const uploaded = portal.hashes.get(UPLOADED) ?? "";
    // Once as a call of the portal, once as the file that was dropped.
    expect(paid.get(uploaded)).toBe(2);
    paid.set(uploaded, 1);
    const expected = [
      ...scenario.calls.flatMap(({ slug }) => portal.hashes.get(slug) ?? []),
      ...badCalls.slice(2).map(({ file }) => sha256(file)),
    ];
    expect([...paid].sort()).toEqual(expected.map((hash) => [hash, 1]).sort());
  });

  it("asks the model once about each call, and once more where it invents a quote [pipeline:paid-once]", () => {
    const expected = scenario.calls
      .filter(({ model }) => model !== null)
      .map(({ slug, model }) => [slug, (model?.badQuotes ? 2 : 1) + (slug === UPLOADED ? 1 : 0)]);
    expect([...portal.model.answered].sort()).toEqual(expected.sort());
  });

  it("scores within what a fair judge would give, with quotes that stand where they say [score:quotes-stand]", async () => {
    for (const call of scenario.calls) {
      if (call.expected.outcome !== "scored") continue;
      const { percentFrom, percentTo, autoFailedBy, needsReview } = call.expected;
      const row = rows.get(`20261119-bitrix24-${call.nativeId}`);
      const { scorecard, transcript } = await judgementOf(row);
      expect(scorecard, call.slug).toMatchObject({ autoFailedBy, needsReview });
      expect(scorecard.percent, call.slug).toBeGreaterThanOrEqual(percentFrom);
      expect(scorecard.percent, call.slug).toBeLessThanOrEqual(percentTo);
      expect(quotesOutOfPlace(scorecard, transcript), call.slug).toEqual([]);
    }
  });

  it("scores a file dropped in pieces under a Russian name once, when it is whole [upload:while-written]", async () => {
    expect(upload).toMatchObject({ title: UPLOAD_NAME, status: "scored", agentName: null });
    const { scorecard, transcript } = await judgementOf(upload);
    expect(quotesOutOfPlace(scorecard, transcript)).toEqual([]);
    const original = rows.get(
      `20261119-bitrix24-${scenario.calls.find(({ slug }) => slug === UPLOADED)?.nativeId}`,
    );
    expect(upload.percent).toBe(original?.percent);
    expect(await rowsOf(today())).toHaveLength(1);
  });

  it("sends one digest whose counts are those of the calls [pipeline:one-digest]", async () => {
    configure({ env: { ...portal.env, DATA_DIR: stage.dataDir }, clock: stage.clock });
    const due = digestDue({ tenant: "default", period: dayPeriod(DAY), time: stage.clock.now() });
    await publish([due], base().queue);
    await expect.poll(() => digestsIn(portal.telegram).length).toBeGreaterThan(0);
    // Again while its files are being made. Not sooner: on this fast clock a lease is over within seconds.
    await publish([due], base().queue);
    await expect.poll(queuesAreEmpty).toBe(true);
    expect(digestsIn(portal.telegram)).toHaveLength(1);

    const all = [...rows.values()];
    const scored = all.filter(({ status }) => status === "scored");
    const digest = (await readJson(stage.store, digestKey("default", DAY), Report))?.value;
    expect(digest?.totals).toMatchObject({
      calls: 17,
      scored: scored.length,
      passed: scored.filter(({ passed }) => passed).length,
      needsReview: scored.filter(({ needsReview }) => needsReview).length,
      bands: {
        green: scored.filter(({ band }) => band === "green").length,
        yellow: scored.filter(({ band }) => band === "yellow").length,
        red: scored.filter(({ band }) => band === "red").length,
      },
    });
    expect(digest?.notScored.reduce((sum, { calls }) => sum + calls, 0)).toBe(17 - scored.length);
    expect(digestsIn(portal.telegram)[0]).toContain(`Оценено ${scored.length} из 17 звонков`);
  });

  it("leaves nothing on the queues and no dead letter", async () => {
    await expect.poll(queuesAreEmpty).toBe(true);
    const health = (await (await fetch(`${service.url}/health`)).json()) as Health;
    expect(health.status).toBe("ok");
    expect(Object.values(health.queues).map(({ dead }) => dead)).toEqual([0, 0, 0, 0]);
  });

  it("gives every event of a call the same trace through all its stages [log:one-trace-per-call]", () => {
    const handled = service
      .lines()
      .filter((line) => line.includes('"message":"handled"'))
      .map((line) => JSON.parse(line) as { call_id?: string; trace_id?: string; stage: string });
    const scored = scenario.calls.find(({ slug }) => slug === "balcony")?.nativeId;
    const ofCall = handled.filter(({ call_id }) => call_id === `20261119-bitrix24-${scored}`);
    expect(new Set(ofCall.map(({ stage }) => stage))).toEqual(
      new Set(["ingest", "transcribe", "score", "report"]),
    );
    expect(new Set(ofCall.map(({ trace_id }) => trace_id)).size).toBe(1);
  });
});

interface Health {
  status: string;
  queues: Record<string, { visible: number; delayed: number; inFlight: number; dead: number }>;
}

async function queuesAreEmpty(): Promise<boolean> {
  const health = (await (await fetch(`${service.url}/health`)).json()) as Health;
  return Object.values(health.queues).every(
    ({ visible, delayed, inFlight }) => visible + delayed + inFlight === 0,
  );
}

/** Sound that no other call has. */
function soundOf(frames: number): Buffer {
  return Buffer.from(mp3Silence("8000 stereo", frames));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The recogniser hears nothing in the silent recording; the portal gets its call with the other bad ones. */
function withSilence({ calls, ...rest }: Scenario, audio: string): Scenario {
  const template = calls.find((call) => call.audio !== null) as ScenarioCall;
  return { ...rest, calls: [...calls, { ...template, slug: "silent", audio, segments: [], model: null }] };
}

function addCall(nativeId: string, file: Buffer): void {
  const call: SandboxCall = {
    nativeId,
    callType: "1",
    startedAt: `${DAY}T15:00:00+03:00`,
    durationSec: 44,
    failedCode: "200",
    agentId: "12",
    phone: "+79990000199",
    line: "reg100001",
    recording: { file },
  };
  portal.bitrix24.calls.push(call);
}

async function postTwentyWebhooks(): Promise<number[]> {
  const target = `${service.url}/webhooks/bitrix24`;
  const ids = portal.bitrix24.calls.map(({ nativeId }) => nativeId);
  const [first = "", second = ""] = ids;
  const posted = [await portal.bitrix24.postWebhook(target, second, { token: "forged" })];
  for (const nativeId of [...ids, first, second]) {
    posted.push(await portal.bitrix24.postWebhook(target, nativeId));
  }
  return posted;
}

/** As a slow copy from a memory stick does it: time passing between the pieces is what is tried here. */
async function dropInPieces(): Promise<void> {
  const audio = await readFile(scenario.calls.find(({ slug }) => slug === UPLOADED)?.audio ?? "");
  const piece = Math.ceil(audio.length / 8);
  for (let at = 0; at < audio.length; at += piece) {
    await appendFile(join(stage.uploads, UPLOAD_NAME), audio.subarray(at, at + piece));
    await setTimeout(300);
  }
}

async function untilAllHaveEnded(): Promise<void> {
  const wanted = portal.bitrix24.calls.length;
  await vi.waitFor(
    async () => {
      expect(await rowsOf(DAY)).toHaveLength(wanted);
      expect((await rowsOf(today())).length).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 200 },
  );
  rows = new Map((await rowsOf(DAY)).map((row) => [row.callId, row]));
  upload = (await rowsOf(today()))[0] as CallRow;
}

function today(): string {
  return dayIn("Europe/Moscow", new Date());
}

async function rowsOf(day: string): Promise<CallRow[]> {
  const found: CallRow[] = [];
  for await (const { key } of stage.store.list(indexDayPrefix("default", day))) {
    const row = await readJson(stage.store, key, CallRow);
    if (row) found.push(row.value);
  }
  expect(found.every(({ callId }) => indexRowKey("default", callId).includes(day))).toBe(true);
  return found;
}

async function judgementOf(row: CallRow | undefined) {
  const callId = row?.callId ?? "";
  const key = scorecardKey("default", callId, row?.checklistId ?? "", row?.checklistVersion ?? 0);
  const scorecard = (await readJson(stage.store, key, Scorecard))?.value;
  const transcript = (await readJson(stage.store, transcriptKey("default", callId), Transcript))?.value;
  if (!scorecard || !transcript) throw new Error(`${callId} has no scorecard or no transcript`);
  return { scorecard, transcript };
}

/** Each quote must stand in its turn, said by its speaker, and the words timed at its seconds must be its own. */
function quotesOutOfPlace({ verdicts, objections }: Scorecard, { turns }: Transcript): string[] {
  const evidence = [...verdicts, ...objections].flatMap((one) => one.evidence);
  return evidence.flatMap(({ turn, speaker, quote, startSec, endSec }) => {
    const said = turns[turn];
    if (!said || said.speaker !== speaker || !said.text.includes(quote)) return [quote];
    const timed = said.words.filter((word) => word.startSec >= startSec && word.endSec <= endSec);
    const heard = new Set(timed.flatMap(({ text }) => wordsOf(text)));
    const quoted = wordsOf(quote);
    // Recognition times «двенадцать» and writes «12», so not every word has a partner.
    const found = quoted.filter((word) => heard.has(word)).length;
    return found >= quoted.length / 2 && timed.length <= quoted.length * 3 ? [] : [quote];
  });
}

function wordsOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replaceAll("ё", "е")
      .match(/[\p{L}\d]+/gu) ?? []
  );
}
