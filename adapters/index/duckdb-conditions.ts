import type { CallFilter } from "../../core/call-query.ts";
import { comparableText } from "../../core/call-row.ts";
import { verdictMark } from "./duckdb-columns.ts";
import type { Parameters } from "./duckdb-engine.ts";

export interface Conditions {
  /** Made of fixed pieces: whatever was asked for stands in the parameters. */
  sql: string;
  parameters: Parameters;
}

/** What a call has to be like, its day and tenant apart. */
export function conditionsOf(filter: CallFilter): Conditions {
  const sql: string[] = [];
  const parameters: Record<string, Parameters[string]> = {};
  const add = (condition: string, given: Parameters) => {
    sql.push(condition);
    Object.assign(parameters, given);
  };
  const oneOf = (column: string, name: string, values: readonly string[] | undefined) => {
    if (values) add(`${column} IN (SELECT unnest($${name}))`, { [name]: values });
  };
  const anyOf = (column: string, name: string, values: readonly string[] | undefined) => {
    if (values) add(`list_has_any(${column}, $${name})`, { [name]: values });
  };

  oneOf("agent_id", "agentIds", filter.agentIds);
  anyOf("departments", "departments", filter.departments);
  oneOf("direction", "directions", filter.directions);
  oneOf("line", "lines", filter.lines);
  if (filter.checklist) add("checklist_id = $checklistId", { checklistId: filter.checklist.id });
  if (filter.checklist?.version !== undefined)
    add("checklist_version = $checklistVersion", { checklistVersion: filter.checklist.version });
  if (filter.percentFrom !== undefined) add("percent >= $percentFrom", { percentFrom: filter.percentFrom });
  if (filter.percentTo !== undefined) add("percent <= $percentTo", { percentTo: filter.percentTo });
  const { criterion } = filter;
  const marks = criterion?.verdicts.map((verdict) => verdictMark(criterion.id, verdict));
  anyOf("verdict_marks", "verdictMarks", marks);
  oneOf("status", "statuses", filter.statuses);
  oneOf("code", "codes", filter.codes);
  anyOf("tags", "tags", filter.tags);
  oneOf("call_type", "callTypes", filter.callTypes);
  if (filter.needsReview !== undefined)
    add("needs_review = $needsReview", { needsReview: filter.needsReview });
  if (filter.passed !== undefined) add("passed = $passed", { passed: filter.passed });
  if (filter.text !== undefined) add("contains(search_text, $text)", { text: comparableText(filter.text) });
  return { sql: sql.length === 0 ? "TRUE" : sql.map((one) => `(${one})`).join(" AND "), parameters };
}
