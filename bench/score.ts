import { defaultSettings } from "../core/settings.ts";
import { judge } from "../functions/score/judge.ts";
import { loadScenario } from "../local/sandbox/scenario.ts";
import { textsFor } from "../locales/index.ts";
import { longChecklist, longTranscript, quotingLlm } from "./long-call.ts";
import { median } from "./statistics.ts";
import { figure, type Row } from "./table.ts";

const GOAL_MS = 50;
const WARM_UP_RUNS = 5;

export interface ScoreSize {
  turns: number;
  criteria: number;
  runs: number;
}

/** What judging costs the processor: words, metrics, the check of every quote, the arithmetic, and writing the prompt for an instant model. */
export async function benchScore({ turns, criteria, runs }: ScoreSize) {
  const transcript = longTranscript(await loadScenario(), turns);
  const checklist = longChecklist(criteria);
  const llm = quotingLlm(transcript, checklist);
  const texts = textsFor("ru").verdict;
  const costs: number[] = [];
  for (let run = 0; run < WARM_UP_RUNS + runs; run += 1) {
    const cpu = process.cpuUsage();
    const scorecard = await judge({
      tenant: "default",
      transcript,
      checklist,
      llm,
      callTypes: defaultSettings.callTypes,
      texts,
    });
    const { user, system } = process.cpuUsage(cpu);
    costs.push((user + system) / 1000);
    const uncertain = scorecard.verdicts.filter(({ verdict }) => verdict === "uncertain").length;
    if (uncertain > 0) throw new Error(`${uncertain} verdicts were refused: the bench measures another path`);
  }
  const first = costs[0] ?? Number.NaN;
  const warm = median(costs.slice(WARM_UP_RUNS));
  const row = { part: "score", floor: null, ratio: null };
  const rows: Row[] = [
    {
      ...row,
      what: `CPU ms, ${turns} turns by ${criteria} criteria`,
      measured: figure(warm),
      goal: { text: `< ${GOAL_MS}`, met: warm < GOAL_MS },
    },
    { ...row, what: "CPU ms, the first one of a process", measured: figure(first), goal: null },
  ];
  return { rows, notes: [] };
}
