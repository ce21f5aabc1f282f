import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

/**
 * What the sandbox vendors play: one day of calls of the fictitious company «Север-Окна», each with its sound,
 * what recognition makes of it, and what a careful model says of it. Made by `scripts/make-sample-calls.ts`.
 */
export interface Scenario {
  calls: ScenarioCall[];
  agents: ScenarioAgent[];
  departments: ScenarioDepartment[];
}

export interface ScenarioAgent {
  id: string;
  firstName: string;
  lastName: string;
  departmentIds: number[];
}

export interface ScenarioDepartment {
  id: number;
  name: string;
}

/** As in the port for speech; repeated here because it is read from a file. */
const Segment = z.strictObject({
  channel: z.number().int(),
  voice: z.number().int().nullable(),
  startSec: z.number(),
  endSec: z.number(),
  text: z.string(),
  words: z.array(z.strictObject({ text: z.string(), startSec: z.number(), endSec: z.number() })),
});

/** About the agent's duty, as in a scorecard: `not_met` of a prohibited criterion means that it was heard. */
export const ScenarioVerdict = z.strictObject({
  verdict: z.enum(["met", "partly", "not_met", "not_applicable", "uncertain"]),
  level: z.string().optional(),
  quotes: z.array(z.string()),
  comment: z.string(),
  /** What to say instead; null where there is nothing to mend. */
  advice: z.string().nullable(),
});
export type ScenarioVerdict = z.infer<typeof ScenarioVerdict>;

export const ScenarioModelAnswer = z.strictObject({
  callType: z.string(),
  /** By the id of the semantic criterion. */
  verdicts: z.record(z.string(), ScenarioVerdict),
  summary: z.string(),
  clientNeed: z.string(),
  objections: z.array(
    z.strictObject({
      category: z.string(),
      quote: z.string(),
      handling: z.enum(["handled", "partly", "unhandled", "ignored"]),
    }),
  ),
  nextStep: z.strictObject({ agreed: z.boolean(), text: z.string(), quote: z.string().nullable() }),
  advice: z.array(z.strictObject({ text: z.string(), quote: z.string() })),
  /** By criterion: an invented quote that the model gives first; asked again it gives those of `verdicts`. */
  badQuotes: z.record(z.string(), z.string()).optional(),
  /** Criteria for which it gives the invented quote again when asked again. */
  insists: z.array(z.string()).optional(),
});
export type ScenarioModelAnswer = z.infer<typeof ScenarioModelAnswer>;

const Expected = z.discriminatedUnion("outcome", [
  z.strictObject({
    outcome: z.literal("scored"),
    /** Where the percent of a fair scorecard by `checklists/ru/first-sale.json` lies, both included. */
    percentFrom: z.number(),
    percentTo: z.number(),
    autoFailedBy: z.string().nullable(),
    needsReview: z.boolean(),
    /** Criteria whose verdict ends uncertain. */
    uncertain: z.array(z.string()),
  }),
  z.strictObject({ outcome: z.enum(["skipped", "failed"]), code: z.string() }),
]);

export const ScenarioCall = z.strictObject({
  slug: z.string(),
  nativeId: z.string(),
  /** Bitrix24's CALL_TYPE: 1 outgoing, 2 incoming, 3 incoming redirected, 4 callback, 5 made by a robot. */
  callType: z.enum(["1", "2", "3", "4", "5"]),
  startedAt: z.iso.datetime({ offset: true }),
  durationSec: z.number().int(),
  /** Bitrix24's CALL_FAILED_CODE: 200 answered, 304 missed. */
  failedCode: z.string(),
  agentId: z.string(),
  phone: z.string(),
  line: z.string(),
  category: z.enum(["external", "internal"]),
  entity: z.strictObject({ type: z.enum(["CONTACT", "COMPANY", "LEAD"]), id: z.string() }).nullable(),
  activityId: z.string().nullable(),
  /** In the file the name beside it; loaded, the absolute path. */
  audio: z.string().nullable(),
  /** How long after the end of the call the portal has the recording. */
  recordingAfterSec: z.number(),
  /** Instead of the recording the portal serves its login page, with status 200. */
  recordingIsHtml: z.literal(true).optional(),
  /** What recognition says, its mistakes included. */
  segments: z.array(Segment),
  /** Null for calls that never reach the model. */
  model: ScenarioModelAnswer.nullable(),
  expected: Expected,
});
export type ScenarioCall = z.infer<typeof ScenarioCall>;

const callsDirectory = join(import.meta.dirname, "calls");

const departments: ScenarioDepartment[] = [
  { id: 3, name: "Отдел продаж" },
  { id: 4, name: "Отдел B2B" },
];

const agents: ScenarioAgent[] = [
  { id: "11", firstName: "Анна", lastName: "Соколова", departmentIds: [3] },
  { id: "12", firstName: "Иван", lastName: "Петров", departmentIds: [3] },
  { id: "13", firstName: "Александр", lastName: "Руднев", departmentIds: [4] },
  { id: "14", firstName: "Мария", lastName: "Кузнецова", departmentIds: [4] },
];

/** The calls in the order in which they began. */
export async function loadScenario(): Promise<Scenario> {
  const files = (await readdir(callsDirectory)).filter((name) => name.endsWith(".json"));
  const calls = await Promise.all(
    files.map(async (name) => {
      const call = ScenarioCall.parse(JSON.parse(await readFile(join(callsDirectory, name), "utf8")));
      return { ...call, audio: call.audio === null ? null : join(callsDirectory, call.audio) };
    }),
  );
  calls.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return { calls, agents, departments };
}
