import fc from "fast-check";
import { CallRow } from "../../core/call-row.ts";

/** Rows of the index as the report stage writes them, and arbitrary ones. */

let calls = 0;

export function rowOf(given: Partial<CallRow> & { day?: string } = {}): CallRow {
  calls += 1;
  const { day = "2026-11-20", ...fields } = given;
  const percent = given.percent === undefined ? 90 : given.percent;
  return CallRow.parse({
    callId: `${day.replaceAll("-", "")}-bitrix24-${String(calls).padStart(5, "0")}`,
    startedAt: `${day}T10:00:00+03:00`,
    durationSec: 60,
    direction: "incoming",
    agentId: "1",
    agentName: "Анна",
    title: null,
    status: "scored",
    code: null,
    checklistId: "first-sale",
    checklistVersion: 1,
    percent,
    passed: percent !== null && percent >= 60,
    needsReview: false,
    band: percent === null ? null : percent >= 80 ? "green" : percent >= 60 ? "yellow" : "red",
    autoFailed: false,
    worst: null,
    best: null,
    ...fields,
  });
}

export const notScored = (code: string | null, given: Parameters<typeof rowOf>[0] = {}) =>
  rowOf({ status: "skipped", code, percent: null, passed: null, band: null, ...given });

export const judged = (id: string, verdict: CallRow["criteria"][number]["verdict"], weight = 10) => ({
  id,
  text: `Текст ${id}`,
  stage: null,
  verdict,
  points: { met: 1, partly: 0.5, not_met: 0, not_applicable: null, uncertain: null }[verdict],
  weight,
});

const percents = fc.option(
  fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10),
  { nil: null },
);
const verdicts = fc.constantFrom("met", "partly", "not_met", "not_applicable", "uncertain" as const);
const objections = fc.array(
  fc.record({
    category: fc.constantFrom("цена", "сроки"),
    handling: fc.constantFrom("handled", "partly", "unhandled", "ignored" as const),
    quote: fc.constant("Дорого"),
    startSec: fc.integer({ min: 0, max: 600 }),
  }),
  { maxLength: 2 },
);

/** Calls of several people and checklists on a few days, scored or not. */
export const anyRows = (days: readonly string[]) => {
  const common = { day: fc.constantFrom(...days), agentId: fc.constantFrom("1", "2", "3", null) };
  const cost = fc.record({
    speechSec: fc.option(
      fc.integer({ min: 0, max: 90_000 }).map((hundredths) => hundredths / 100),
      { nil: null },
    ),
    promptTokens: fc.option(fc.nat(5000), { nil: null }),
    completionTokens: fc.option(fc.nat(500), { nil: null }),
  });
  const scored = fc
    .record({
      ...common,
      cost,
      percent: percents,
      needsReview: fc.boolean(),
      autoFailed: fc.boolean(),
      checklistId: fc.constantFrom("first-sale", "support"),
      criteria: fc.record({ greeting: verdicts, needs: verdicts }),
      objections,
      nextStep: fc.constantFrom(null, { agreed: true, text: "Перезвонит" }, { agreed: false, text: null }),
    })
    .map(({ criteria, ...given }) => ({
      ...given,
      criteria: Object.entries(criteria).map(([id, verdict]) => judged(id, verdict)),
    }));
  const other = fc.record({
    ...common,
    status: fc.constantFrom("skipped", "failed" as const),
    code: fc.constantFrom("call.missed", "recording.empty"),
    percent: fc.constant(null),
    passed: fc.constant(null),
    band: fc.constant(null),
    checklistId: fc.constant(null),
  });
  return fc
    .array(fc.oneof({ weight: 3, arbitrary: scored }, other), { maxLength: 40 })
    .map((list) =>
      list.map((given) =>
        rowOf({ ...given, agentName: given.agentId === null ? null : `Менеджер ${given.agentId}` }),
      ),
    );
};
