import { expect, it } from "vitest";
import { checklistKey, indexRowKey, transcriptKey } from "../../../core/bucket-layout.ts";
import { CallRow } from "../../../core/call-row.ts";
import { readJson, writeJson } from "../../../core/store-json.ts";
import { recordCall } from "../../../functions/report/call-row.ts";
import { keysUnder } from "../world.ts";
import {
  callIdOn,
  DAY,
  putScored,
  putSkipped,
  type ReportWorld,
  reportWorld,
  verdictJson,
} from "./report-world.ts";

const CALL_ID = callIdOn(DAY, 1);

const rowIn = async ({ store }: ReportWorld, callId = CALL_ID) =>
  (await readJson(store, indexRowKey("default", callId), CallRow))?.value;

const putTranscript = ({ store }: ReportWorld) =>
  writeJson(store, transcriptKey("default", CALL_ID), { durationSec: 61.25, channels: 2, turns: [] });

it("holds what the index is searched and summed up by", async () => {
  const world = reportWorld();
  await writeJson(world.store, checklistKey("default", "first-sale", 1), {
    id: "first-sale",
    version: 1,
    name: "Первая продажа",
    criteria: [
      { id: "greeting", stage: "Контакт", text: "Поздоровался", check: "semantic" },
      { id: "rude", text: "Грубил клиенту", check: "semantic", autoFail: true },
    ],
  });
  await putTranscript(world);
  const quote = { turn: 4, speaker: "client", startSec: 31.5, endSec: 33, quote: "Дороговато." };
  const scored = await putScored(
    world,
    CALL_ID,
    {
      percent: 0,
      rawPercent: 80,
      autoFailedBy: "rude",
      verdicts: [
        verdictJson("greeting", "met", "Добрый день!"),
        verdictJson("rude", "not_met", "Сами разбирайтесь."),
      ],
      objections: [
        { category: "price", handling: "handled", evidence: [quote] },
        { category: "time", handling: "ignored", evidence: [] },
      ],
      summary: "Клиент ищет зал",
      clientNeed: "Зал на субботу",
      nextStep: { agreed: true, text: "Созвон во вторник" },
      model: {
        name: "m",
        promptHash: "sha256:0",
        promptTokens: 1830,
        cachedTokens: null,
        completionTokens: 410,
        attempts: 1,
      },
    },
    { line: "+74950000042", agent: { id: "11", name: "Анна", departments: ["Продажи", "Казань"] } },
  );
  await recordCall(scored, world);
  expect(await rowIn(world)).toMatchObject({
    departments: ["Продажи", "Казань"],
    line: "+74950000042",
    checklistName: "Первая продажа",
    callType: "first-sale",
    rawPercent: 80,
    autoFailed: true,
    autoFailedBy: "Грубил клиенту",
    criteria: [
      { id: "greeting", text: "Поздоровался", stage: "Контакт", verdict: "met", points: 1, weight: 10 },
      { id: "rude", text: "Грубил клиенту", stage: null, verdict: "not_met", points: 0, weight: 10 },
    ],
    objections: [
      { category: "price", handling: "handled", quote: "Дороговато.", startSec: 31.5 },
      { category: "time", handling: "ignored", quote: null, startSec: null },
    ],
    nextStep: { agreed: true, text: "Созвон во вторник" },
    summary: "Клиент ищет зал",
    clientNeed: "Зал на субботу",
    tags: [],
    cost: { speechSec: 122.5, promptTokens: 1830, completionTokens: 410 },
    agentTalkShare: null,
  });
});

it("does not know what a call cost that was scored without a model and has no transcript any more", async () => {
  const world = reportWorld();
  await recordCall(await putScored(world, CALL_ID), world);
  expect((await rowIn(world))?.cost).toEqual({ speechSec: null, promptTokens: null, completionTokens: null });
});

it("says what speech was paid for of a call that ended without a score", async () => {
  const world = reportWorld();
  const skipped = await putSkipped(world, CALL_ID, "call.voicemail");
  await putTranscript(world);
  await recordCall(skipped, world);
  expect((await rowIn(world))?.cost.speechSec).toBeNull();
  await writeJson(world.store, `calls/default/${DAY}/${CALL_ID}/outcome.json`, {
    callId: CALL_ID,
    tenant: "default",
    kind: "skipped",
    code: "call.voicemail",
    stage: "score",
    at: "2026-11-20T16:00:00Z",
  });
  await recordCall(skipped, world);
  expect((await rowIn(world))?.cost.speechSec).toBe(122.5);
});

it("leaves a mark when its day is over in the company's time zone, each time another one", async () => {
  // 23:59:30 in Moscow, and soon after midnight.
  const world = reportWorld({ now: "2026-11-20T20:59:30Z" });
  const scored = await putScored(world, CALL_ID);
  await recordCall(scored, world);
  expect(await keysUnder(world.store, "index/dirty/")).toEqual([]);
  world.clock.advance(60);
  await recordCall(scored, world);
  await recordCall(scored, world);
  const marks = await keysUnder(world.store, "index/dirty/");
  expect(marks).toHaveLength(2);
  for (const mark of marks)
    expect(mark).toMatch(new RegExp(`^index/dirty/default/${DAY}/${CALL_ID}\\.[0-9a-f]{16}\\.json$`));
});

it("leaves a mark when nobody can say whether its day is over", async () => {
  const world = reportWorld();
  const scored = await putScored(world, CALL_ID);
  const settingsOf = () => Promise.reject(new Error("the settings are broken"));
  await recordCall(scored, { ...world, settingsOf });
  expect(await rowIn(world)).toBeDefined();
  expect(await keysUnder(world.store, "index/dirty/")).toHaveLength(1);
});
