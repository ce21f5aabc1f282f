import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { agrees } from "../../core/agreement.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { openScore } from "../../functions/deps.ts";
import { evaluateAppeals } from "./evaluate-appeals.ts";
import { type Check, type JudgedCall, type JudgeOptions, judgeLabelled } from "./evaluate-judge.ts";
import { loadLabelledSet } from "./evaluate-load.ts";
import { asMarkdown, asText } from "./evaluate-print.ts";
import { makeReport, type Report } from "./evaluate-report.ts";

export interface EvaluateOptions {
  /** Folder of labelled calls. */
  labelled: string;
  /** Checklist files; every one under `checklists/` when left out. */
  checklist?: string[];
  only?: Check;
  minKappa?: number;
  /** Folder for report.json and report.md. */
  out?: string;
  /** Not labelled calls, but what supervisors have decided on appeals. */
  fromAppeals?: boolean;
}

const CHECKS: readonly Check[] = ["keyword", "metric", "semantic"];

/**
 * Judges calls that people have judged and says how far both agree. Ends with exit code 1 when κ is under the asked-for least, or when
 * something could not be judged: figures with holes pass no gate.
 */
export async function runEvaluate(options: EvaluateOptions, config: Config): Promise<void> {
  if (options.fromAppeals) return evaluateAppeals(config.tenant, options.out);
  const report = await evaluate(options, {
    llm: config.hasLlm ? await (await openScore()).llm() : null,
    callTypes: config.settings.callTypes,
    wait: (sec) => setTimeout(sec * 1000),
    progress: (line) => console.error(line),
  });
  console.log(asText(report));
  if (options.out !== undefined) await writeReport(options.out, report);
  if (report.notJudged.length > 0 || (report.gate && report.gate.under.length > 0)) process.exitCode = 1;
}

export interface EvaluateWith extends Pick<JudgeOptions, "llm" | "callTypes" | "wait"> {
  progress(line: string): void;
}

export async function evaluate(options: EvaluateOptions, ports: EvaluateWith): Promise<Report> {
  const { items, leftOut } = await loadLabelledSet(options.labelled, options.checklist);
  const asked = CHECKS.filter((check) => options.only === undefined || check === options.only);
  const withoutModel = ports.llm === null && asked.includes("semantic");
  const checks = asked.filter((check) => check !== "semantic" || ports.llm !== null);
  const calls: JudgedCall[] = [];
  for (const item of items) {
    const call = await judgeLabelled(item, { ...ports, checks });
    calls.push(call);
    ports.progress(`[${calls.length}/${items.length}] ${progressOf(call)}`);
  }
  if (calls.every((call) => call.judgements.length === 0 && call.notJudged.length === 0)) {
    throw new ConfigurationError(
      "cli.nothing_judged",
      withoutModel
        ? "there is nothing to judge without a model: set LLM_BASE_URL, LLM_API_KEY and LLM_MODEL"
        : `no checklist of the labelled calls has a ${options.only} criterion`,
    );
  }
  return makeReport(calls, {
    minKappa: options.minKappa,
    remarks: [
      ...(withoutModel ? ["No model is configured, so semantic criteria are not in these figures."] : []),
      ...(leftOut.length > 0 ? [`Left out, for another checklist: ${leftOut.join(", ")}.`] : []),
    ],
  });
}

function progressOf({ item, judgements, notJudged }: JudgedCall): string {
  const sec = judgements.reduce((sum, judgement) => sum + judgement.timeMs, 0) / 1000;
  return [
    `${item.id}: ${judgements.filter(agrees).length} of ${judgements.length} as labelled, ${sec.toFixed(1)} s`,
    ...notJudged.map(({ check, code }) => `${check} not judged, ${code}`),
  ].join("; ");
}

async function writeReport(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const dated = { madeAt: new Date().toISOString(), ...report };
  await writeFile(join(folder, "report.json"), `${JSON.stringify(dated, null, 2)}\n`);
  await writeFile(join(folder, "report.md"), asMarkdown(report));
  console.error(`written to ${join(folder, "report.json")} and ${join(folder, "report.md")}`);
}
