import * as z from "zod";
import { type CallRow, searchTextOf, startedMs } from "../../core/call-row.ts";
import { VerdictValue } from "../../core/scorecard.ts";

const EVIDENCE = "STRUCT(turn INTEGER, speaker VARCHAR, start_sec DOUBLE, end_sec DOUBLE, quote VARCHAR)";

/** A row of the index by columns (docs/data.md), in the order of the files. Others read them too: names stay, new ones come last. */
export const columns: Readonly<Record<string, string>> = {
  call_id: "VARCHAR",
  /** In UTC. */
  started_at: "TIMESTAMP",
  /** As the CRM says it, with its offset. */
  started_at_local: "VARCHAR",
  duration_sec: "DOUBLE",
  direction: "VARCHAR",
  agent_id: "VARCHAR",
  agent_name: "VARCHAR",
  departments: "VARCHAR[]",
  line: "VARCHAR",
  title: "VARCHAR",
  status: "VARCHAR",
  code: "VARCHAR",
  checklist_id: "VARCHAR",
  checklist_version: "INTEGER",
  checklist_name: "VARCHAR",
  call_type: "VARCHAR",
  percent: "DOUBLE",
  raw_percent: "DOUBLE",
  passed: "BOOLEAN",
  needs_review: "BOOLEAN",
  band: "VARCHAR",
  auto_failed: "BOOLEAN",
  auto_failed_by: "VARCHAR",
  criteria:
    "STRUCT(id VARCHAR, text VARCHAR, stage VARCHAR, verdict VARCHAR, points DOUBLE, weight DOUBLE)[]",
  worst: `STRUCT(criterion VARCHAR, evidence ${EVIDENCE})`,
  best: `STRUCT(criterion VARCHAR, evidence ${EVIDENCE})`,
  objections: "STRUCT(category VARCHAR, handling VARCHAR, quote VARCHAR, start_sec DOUBLE)[]",
  next_step: "STRUCT(agreed BOOLEAN, text VARCHAR)",
  summary: "VARCHAR",
  client_need: "VARCHAR",
  tags: "VARCHAR[]",
  cost: "STRUCT(speech_sec DOUBLE, prompt_tokens BIGINT, completion_tokens BIGINT)",
  agent_talk_share: "DOUBLE",
  /** All texts in lower case, «ё» as «е», one below the other. */
  search_text: "VARCHAR",
  /** Each criterion as `met greeting`: what it is looked for by. */
  verdict_marks: "VARCHAR[]",
  /** Each criterion as `["greeting","met",1,"its text"]`: what it is counted by, many times as fast as in `criteria`. */
  verdict_keys: "VARCHAR[]",
};

export const columnNames = Object.keys(columns);

/** One line of JSON as DuckDB reads it with the types above. */
export function columnsLine(row: CallRow): string {
  const { startedAt, ...rest } = row;
  const line = {
    ...(renamed(rest) as object),
    started_at: new Date(startedMs(row)).toISOString().replace("Z", ""),
    started_at_local: startedAt,
    search_text: searchTextOf(row),
    verdict_marks: row.criteria.map(({ id, verdict }) => verdictMark(id, verdict)),
    verdict_keys: row.criteria.map(({ id, verdict, points, text }) =>
      JSON.stringify([id, verdict, points, text]),
    ),
  };
  const json = JSON.stringify(line);
  // Half a character (a cut emoji) is written as `\ud83c`: valid in JSON, and not in a column.
  if (!/\\ud[89a-f]/.test(json)) return json;
  return JSON.stringify(line, (_key, value) => (typeof value === "string" ? value.toWellFormed() : value));
}

/** A verdict has no blank in it, so no two pairs are written alike. */
export function verdictMark(criterionId: string, verdict: VerdictValue): string {
  return `${verdict} ${criterionId}`;
}

const VerdictKey = z.tuple([z.string(), VerdictValue, z.number().nullable(), z.string()]);

export function readVerdictKey(key: unknown) {
  const [id, verdict, points, text] = VerdictKey.parse(JSON.parse(String(key)));
  return { id, verdict, points, text };
}

const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [snakeCase(name), renamed(inner)]));
}
