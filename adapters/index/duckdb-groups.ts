import type { CallAggregation, CallDimension } from "../../core/call-query.ts";
import { conditionsOf } from "./duckdb-conditions.ts";
import type { Statement } from "./duckdb-page.ts";

const OBJECTION_FIELDS = { objectionCategory: "category", objectionHandling: "handling" } as const;

/** What the partial sums are made for. A criterion stands in its key with verdict, points and text: all of it is read afterwards, of few groups. */
const keyColumns: Readonly<Record<CallDimension, string>> = {
  day: "day",
  agent: "agent_id",
  department: "department",
  direction: "direction",
  line: "line",
  checklist: "checklist_id",
  status: "status",
  code: "code",
  band: "band",
  callType: "call_type",
  criterion: "verdict_key",
  objectionCategory: "objection.category",
  objectionHandling: "objection.handling",
};

const nameColumns: Partial<Record<CallDimension, string>> = {
  agent: "agent_name",
  checklist: "checklist_name",
};

const countOf = (condition: string) => `count(*) FILTER (WHERE ${condition})::DOUBLE`;

const COUNT = "count(*)::DOUBLE AS calls";
const sums = [
  COUNT,
  `${countOf("status = 'scored'")} AS scored`,
  "count(percent)::DOUBLE AS percents",
  "coalesce(sum(percent), 0) AS percent_sum",
  "coalesce(sum(percent * percent), 0) AS square_sum",
  `${countOf("passed")} AS passed`,
  `${countOf("needs_review")} AS needs_review`,
  `${countOf("auto_failed")} AS auto_failed`,
  `${countOf("band = 'green'")} AS green`,
  `${countOf("band = 'yellow'")} AS yellow`,
  `${countOf("band = 'red'")} AS red`,
  "coalesce(sum(duration_sec), 0) AS duration_sec",
  "coalesce(sum(cost.speech_sec), 0) AS speech_sec",
  "coalesce(sum(cost.prompt_tokens), 0)::DOUBLE AS prompt_tokens",
  "coalesce(sum(cost.completion_tokens), 0)::DOUBLE AS completion_tokens",
  "epoch_ms(max(started_at))::DOUBLE AS last_ms",
];

/**
 * Partial sums: of each day, by what is asked for and by every name that it had, so that the last name can be told without looking at each
 * call's.
 */
export function partialSumsStatement(
  asked: CallAggregation,
  source: string,
  which: "all" | "count",
): Statement {
  const { groupBy } = asked;
  const { sql, parameters } = conditionsOf(asked);
  const objection = objectionFields(groupBy);
  const unrolled = [
    ...(groupBy.includes("department")
      ? [
          "unnest(CASE WHEN len(departments) = 0 THEN [NULL] ELSE list_distinct(departments) END) AS department",
        ]
      : []),
    ...(groupBy.includes("criterion") ? ["unnest(verdict_keys) AS verdict_key"] : []),
    ...(objection.length > 0
      ? [
          `unnest(list_distinct(list_transform(objections, lambda one: ${fieldsOf("one", objection)}))) AS objection`,
        ]
      : []),
  ];
  // Each in a step of its own: lists that are unrolled together would be laid side by side.
  const calls = unrolled.reduce(
    (inner, expression) => `SELECT *, ${expression} FROM (${inner})`,
    `SELECT * FROM (${source}) WHERE ${sql}`,
  );
  const keys = [
    "day AS sum_day",
    ...groupBy.map((dimension) => `${keyColumns[dimension]} AS "value_${dimension}"`),
    ...groupBy.flatMap((dimension) => {
      const column = nameColumns[dimension];
      return column ? [`${column} AS "name_${dimension}"`] : [];
    }),
  ];
  const objections =
    objection.length > 0
      ? [
          `sum(len(list_filter(objections, lambda one: ${fieldsOf("one", objection)} = objection)))::DOUBLE AS objections`,
        ]
      : [];
  return {
    sql: `SELECT ${[...keys, ...(which === "count" ? [COUNT] : sums), ...objections].join(", ")} FROM (${calls})
      GROUP BY ${keys.map((_key, n) => n + 1).join(", ")}`,
    parameters,
  };
}

function objectionFields(groupBy: readonly CallDimension[]): string[] {
  return groupBy.flatMap((dimension) =>
    dimension === "objectionCategory" || dimension === "objectionHandling"
      ? [OBJECTION_FIELDS[dimension]]
      : [],
  );
}

function fieldsOf(item: string, fields: readonly string[]): string {
  return `{${fields.map((field) => `'${field}': ${item}.${field}`).join(", ")}}`;
}
