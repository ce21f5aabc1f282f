import type { Checklist, SemanticCriterion } from "../core/checklist.ts";
import { grade } from "../core/score/grade.ts";
import { measure } from "../core/score/metrics.ts";
import { readTurns } from "../core/score/quotes.ts";
import { judgeKeywords, judgeMetric } from "../core/score/rules.ts";
import { readAnswer } from "../core/score/semantic-answer.ts";
import type { VerdictTexts } from "../core/score/verdict-texts.ts";
import type { Verdict } from "../core/scorecard.ts";
import { defaultSettings } from "../core/settings.ts";
import type { Transcript } from "../core/transcript.ts";
import { judge } from "../functions/score/judge.ts";
import { loadScenario } from "../local/sandbox/scenario.ts";
import { textsFor } from "../locales/index.ts";
import { longChecklist, longTranscript, quotingAnswer } from "./long-call.ts";
import { median } from "./statistics.ts";
import { figure, type Row } from "./table.ts";

const GOAL_MS = 50;
const WARM_UP_RUNS = 5;

export interface ScoreSize {
  turns: number;
  criteria: number;
  runs: number;
}

/** What an hour's call costs the processor, the model aside. */
export async function benchScore({ turns, criteria, runs }: ScoreSize) {
  const transcript = longTranscript(await loadScenario(), turns);
  const checklist = longChecklist(criteria);
  const answer = quotingAnswer(transcript, checklist);
  const texts = textsFor("ru").verdict;
  const usage = { model: "bench", promptTokens: null, cachedTokens: null, completionTokens: null };
  const rules = await cpuMsOf(runs, async () => {
    assertSure(scoreByHand(transcript, checklist, answer, texts));
  });
  const whole = await cpuMsOf(runs, async () => {
    const scorecard = await judge({
      tenant: "default",
      // A copy, as each call is read from the bucket anew.
      transcript: { ...transcript, turns: [...transcript.turns] },
      checklist,
      llm: { ask: async () => ({ kind: "json", value: answer, usage }) },
      callTypes: defaultSettings.callTypes,
      texts,
    });
    assertSure(scorecard.verdicts);
  });
  const row = { part: "score", floor: null, ratio: null };
  const goal = { text: `< ${GOAL_MS}`, met: rules.median < GOAL_MS };
  const rows: Row[] = [
    { ...row, what: "words, metrics, quotes, grade, CPU ms", measured: figure(rules.median), goal },
    { ...row, what: "the same, the first of a process", measured: figure(rules.first), goal: null },
    { ...row, what: "with masking and the prompt, CPU ms", measured: figure(whole.median), goal: null },
  ];
  return { rows, notes: [`score: a call of an hour with ${turns} turns, ${criteria} criteria`] };
}

async function cpuMsOf(runs: number, work: () => Promise<void>): Promise<{ first: number; median: number }> {
  const costs: number[] = [];
  for (let run = 0; run < WARM_UP_RUNS + runs; run += 1) {
    const cpu = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(cpu);
    costs.push((user + system) / 1000);
  }
  return { first: costs[0] ?? Number.NaN, median: median(costs.slice(WARM_UP_RUNS)) };
}

/** The steps of a scorecard that need no model, as `judge` takes them. */
function scoreByHand(
  transcript: Transcript,
  checklist: Checklist,
  answer: unknown,
  texts: VerdictTexts,
): Verdict[] {
  const turns = readTurns(transcript.turns);
  const metrics = measure(transcript);
  const semantic = checklist.criteria.filter(
    (criterion): criterion is SemanticCriterion => criterion.check === "semantic",
  );
  const accepted = readAnswer(answer, semantic, turns)?.accepted;
  const verdicts = checklist.criteria.flatMap((criterion) => {
    if (criterion.check === "keyword") return judgeKeywords(criterion, turns, texts);
    if (criterion.check === "metric") return judgeMetric(criterion, metrics, texts);
    return accepted?.get(criterion.id) ?? [];
  });
  if (grade(checklist, verdicts).percent === null || verdicts.length < checklist.criteria.length)
    throw new Error("some verdicts are missing: the bench measures another path");
  return verdicts;
}

function assertSure(verdicts: readonly Verdict[]): void {
  if (verdicts.some(({ verdict }) => verdict === "uncertain"))
    throw new Error("some verdicts were refused: the bench measures another path");
}
