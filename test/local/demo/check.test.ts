import { beforeEach, expect, it } from "vitest";
import { scorecardKey, transcriptKey } from "../../../core/bucket-layout.ts";
import { CallRow } from "../../../core/call-row.ts";
import type { Store } from "../../../core/ports/store.ts";
import { unknownMetrics } from "../../../core/score/metrics.ts";
import type { Evidence, Scorecard } from "../../../core/scorecard.ts";
import { writeJson } from "../../../core/store-json.ts";
import type { Transcript } from "../../../core/transcript.ts";
import { checkCall, quoteProblems } from "../../../local/demo/check.ts";
import { loadScenario, type ScenarioCall } from "../../../local/sandbox/scenario.ts";
import { memoryStore } from "../../fakes/store.ts";

const callId = "20261119-bitrix24-1";

const said: Evidence = { turn: 0, speaker: "agent", startSec: 0.5, endSec: 2, quote: "Добрый день" };
const transcript: Transcript = {
  callId,
  language: "ru",
  durationSec: 5,
  channels: 2,
  source: { name: "salutespeech", model: null },
  roles: { by: "channel", confidence: 1 },
  turns: [
    { n: 0, speaker: "agent", channel: 0, startSec: 0.5, endSec: 2, text: "Добрый день, студия.", words: [] },
  ],
};

let store: Store;
let call: ScenarioCall;

beforeEach(async () => {
  store = memoryStore();
  const scored = (await loadScenario()).calls.find(({ expected }) => expected.outcome === "scored");
  if (!scored) throw new Error("the scenario has no call that is scored");
  call = {
    ...scored,
    slug: "звонок",
    expected: {
      outcome: "scored",
      percentFrom: 70,
      percentTo: 80,
      autoFailedBy: null,
      needsReview: true,
      uncertain: ["needs"],
    },
  };
});

const row = (part: Partial<CallRow> = {}): CallRow =>
  CallRow.parse({
    callId,
    startedAt: "2026-11-19T09:00:00+03:00",
    durationSec: 60,
    direction: "incoming",
    agentId: "12",
    agentName: null,
    title: null,
    status: "scored",
    code: null,
    checklistId: "first-sale",
    checklistVersion: 1,
    percent: 75,
    passed: true,
    needsReview: true,
    band: "yellow",
    autoFailed: false,
    worst: null,
    best: null,
    ...part,
  });

function scorecard(part: Partial<Scorecard> = {}): Scorecard {
  const verdict = {
    check: "semantic",
    level: null,
    points: 1,
    weight: 1,
    comment: "",
    advice: null,
  } as const;
  return {
    callId,
    tenant: "default",
    checklist: { id: "first-sale", version: 1, hash: "sha256:0", name: "Первая продажа" },
    callType: "first-sale",
    percent: 75,
    rawPercent: 75,
    passed: true,
    autoFailedBy: null,
    needsReview: true,
    verdicts: [
      { ...verdict, criterionId: "greeting", verdict: "met", evidence: [said] },
      { ...verdict, criterionId: "needs", verdict: "uncertain", points: null, evidence: [] },
    ],
    metrics: unknownMetrics,
    summary: null,
    clientNeed: null,
    objections: [],
    nextStep: null,
    advice: [],
    adviceEvidence: [],
    model: null,
    ...part,
  };
}

async function problemsWith(part: Partial<Scorecard>, isSandbox = true): Promise<string[]> {
  await writeJson(store, scorecardKey("default", callId, "first-sale", 1), scorecard(part));
  await writeJson(store, transcriptKey("default", callId), transcript);
  return checkCall(store, row(), call, isSandbox);
}

it("finds nothing wrong with what is as it must be", async () => {
  expect(await problemsWith({})).toEqual([]);
});

it("names a percent, a failure, a need for review and uncertain criteria that differ", async () => {
  expect(await problemsWith({ percent: 81, autoFailedBy: "rude", needsReview: false, verdicts: [] })).toEqual(
    [
      "звонок: 81 %, expected 70–80 %",
      "звонок: automatic failure: rude, expected null",
      "звонок: needs review: false, expected true",
      "звонок: uncertain: , expected needs",
    ],
  );
  expect(await problemsWith({ percent: null })).toEqual(["звонок: NaN %, expected 70–80 %"]);
});

it("wants of real vendors only that the quotes hold", async () => {
  expect(await problemsWith({ percent: 12, needsReview: false }, false)).toEqual([]);
});

it("names another end of the call than the one that was expected", async () => {
  const failed = row({ status: "failed", code: "recording.not_audio" });
  expect(await checkCall(store, failed, call, true)).toEqual([
    "звонок: ended failed recording.not_audio, expected scored",
  ]);
  const expected = { outcome: "failed", code: "recording.empty" } as const;
  expect(await checkCall(store, failed, { ...call, expected }, true)).toEqual([
    "звонок: recording.not_audio, expected recording.empty",
  ]);
  expect(await checkCall(store, row(), call, true)).toEqual(["звонок: scorecard or transcript is missing"]);
});

it.each<[string, Partial<Evidence>]>([
  ["is not word for word", { quote: "добрый день" }],
  ["is said by another", { speaker: "client" }],
  ["is in a turn that is none", { turn: 7 }],
  ["begins before its turn", { startSec: 0.4 }],
  ["ends after its turn", { endSec: 2.1 }],
  ["takes no time", { startSec: 1, endSec: 1 }],
])("refuses a quote that %s", (_, part) => {
  const evidence = [{ ...said, ...part }];
  const objections: Scorecard["objections"] = [{ category: "price", handling: "handled", evidence }];
  expect(quoteProblems(scorecard({ objections }), transcript)).toHaveLength(1);
  const verdicts = scorecard().verdicts.map((verdict) => ({ ...verdict, evidence }));
  expect(quoteProblems(scorecard({ verdicts }), transcript)).toHaveLength(2);
});
