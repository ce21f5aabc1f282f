import {
  callKey,
  checklistKey,
  publishedKey,
  scorecardKey,
  transcriptKey,
} from "../../core/bucket-layout.ts";
import { markDone } from "../../core/claim.ts";
import type { AppealDecided, AppealMade, ReviewPorts, ScoreChanged } from "../../core/review.ts";
import { writeJson } from "../../core/store-json.ts";
import { callJson, putScored, type ReportWorld, reportWorld } from "../functions/report/report-world.ts";
import { transcriptOf, turns } from "../functions/score/score-world.ts";

export const CALL_ID = "20261120-bitrix24-ABCD.1";
export const KEY = scorecardKey("default", CALL_ID, "first-sale", 1);
export const quote = { turn: 2, speaker: "agent", startSec: 12, endSec: 14, quote: "Какой у вас размер" };

export const levels = [
  { id: "full", points: 1, text: "…" },
  { id: "some", points: 0.5, text: "…" },
  { id: "little", points: 0.3, text: "…" },
  { id: "none", points: 0, text: "…" },
];

/** 50 of 100, capped at 0 by the violation that was heard. */
export const checklist = {
  id: "first-sale",
  version: 1,
  name: "Первая продажа",
  status: "published",
  bands: { green: 80, yellow: 60 },
  criteria: [
    { id: "greeting", text: "Поздоровался", check: "keyword", phrases: [["добрый день"]], weight: 40 },
    { id: "needs", text: "Выяснил задачу", check: "semantic", weight: 40 },
    { id: "price", text: "Назвал цену", check: "semantic", weight: 20, levels },
    { id: "rude", text: "Грубил клиенту", check: "semantic", polarity: "prohibited", autoFail: true },
  ],
};

export function verdictOf(criterionId: string, value: string, differs: Record<string, unknown> = {}) {
  const points: Record<string, number> = { met: 1, partly: 0.5, not_met: 0 };
  return {
    criterionId,
    check: "semantic",
    verdict: value,
    level: null,
    points: points[value] ?? null,
    weight: checklist.criteria.find(({ id }) => id === criterionId)?.weight ?? 0,
    evidence: [],
    comment: "",
    advice: null,
    ...differs,
  };
}

export const verdicts = [
  verdictOf("greeting", "met", { check: "keyword", evidence: [quote] }),
  verdictOf("needs", "not_met", { comment: "Не спросил.", advice: "Спросите о задаче." }),
  verdictOf("price", "partly", { level: "some", evidence: [quote] }),
  verdictOf("rude", "not_met", { evidence: [quote], comment: "Грубость." }),
];

export interface ReviewWorld extends ReportWorld, Omit<ReviewPorts, "clock"> {
  changes: ScoreChanged[];
  /** Those that a supervisor was to be asked about. */
  appeals: AppealMade[];
  /** Those that somebody was to be told of. */
  decisions: AppealDecided[];
}

/** One call that was scored by version 1, and told of. */
export async function reviewWorld(scorecard: Record<string, unknown> = {}): Promise<ReviewWorld> {
  const world = reportWorld();
  const changes: ScoreChanged[] = [];
  const appeals: AppealMade[] = [];
  const decisions: AppealDecided[] = [];
  await putScored(world, CALL_ID, {
    percent: 0,
    rawPercent: 50,
    passed: false,
    autoFailedBy: "rude",
    verdicts,
    ...scorecard,
  });
  await writeJson(world.store, callKey("default", CALL_ID), callJson(CALL_ID));
  await writeJson(world.store, checklistKey("default", "first-sale", 1), checklist);
  await writeJson(world.store, transcriptKey("default", CALL_ID), transcriptOf(turns));
  await markDone(world.store, world.clock, publishedKey("default", CALL_ID, "scoring"), {
    checklistId: "first-sale",
    checklistVersion: 1,
  });
  return {
    ...world,
    changes,
    appeals,
    decisions,
    announce: async (changed) => void changes.push(changed),
    announceAppeal: async (made) => void appeals.push(made),
    announceDecision: async (decided) => void decisions.push(decided),
  };
}

export const agent = { role: "agent", id: "11", name: "Анна" } as const;
export const supervisor = { role: "supervisor", id: null, name: "Мария" } as const;
