import fc from "fast-check";
import type { CallAggregationInput, CallQueryInput } from "../../core/call-query.ts";
import { CallDimension } from "../../core/call-query.ts";
import type { CallRow } from "../../core/call-row.ts";
import { callIdOn, callRow, TENANT } from "./call-rows.ts";

/** Rows and questions by chance, out of so few values that they often meet. */

export const days = ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"];

const few = <Value>(...values: Value[]) => fc.constantFrom(...values);
const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null });
const agents = few("11", "12", "é", "");
const departments = few("Продажи", "Сервис", "a", "a ");
const texts = fc.oneof(
  few(
    "Ёлка и шары",
    "елка",
    "100% _ \\ '",
    "СКИДКА\u00a0 за  объём",
    "🎄",
    "İstanbul",
    "ß",
    "",
    "\ud83c",
    "a\0b",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const percents = few(0, 33.3, 66.7, 72.5, 100);
const verdicts = few("met", "partly", "not_met", "not_applicable", "uncertain");
const categories = few("price", "time", "x'y");
const handlings = few("handled", "partly", "unhandled", "ignored");
const criterionIds = few("greeting", "needs", "met needs", '"');
const evidence = fc.record({
  turn: fc.nat(20),
  speaker: few("agent", "client", "unknown"),
  startSec: few(0, 1.5),
  endSec: few(2, 3.25),
  quote: texts,
});

const result = fc.record(
  {
    startedAt: few("2026-11-18T12:00:00+03:00", "2026-11-18T09:00:00Z", "2026-11-18T09:00:00.001Z", "never"),
    durationSec: orNull(few(0.1, 0.2, 61, 1e6)),
    direction: orNull(few("incoming", "outgoing")),
    agentId: orNull(agents),
    agentName: orNull(texts),
    departments: fc.array(departments, { maxLength: 3 }),
    line: orNull(few("+7495", "b")),
    title: orNull(texts),
    status: few("scored", "skipped", "failed"),
    code: orNull(few("call.missed", "call.too_short")),
    checklistId: orNull(few("first-sale", "support")),
    checklistVersion: orNull(few(1, 2)),
    checklistName: orNull(texts),
    callType: orNull(few("first-sale", "booking")),
    percent: orNull(percents),
    rawPercent: orNull(percents),
    passed: orNull(fc.boolean()),
    needsReview: fc.boolean(),
    band: orNull(few("green", "yellow", "red")),
    autoFailed: fc.boolean(),
    autoFailedBy: orNull(texts),
    criteria: fc.uniqueArray(
      fc.record({
        id: criterionIds,
        text: texts,
        stage: orNull(texts),
        verdict: verdicts,
        points: orNull(few(0, 0.5, 1, 1 / 3)),
        weight: few(0, 5, 10),
      }),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
    worst: orNull(fc.record({ criterion: texts, evidence: orNull(evidence) })),
    best: orNull(fc.record({ criterion: texts, evidence })),
    objections: fc.array(
      fc.record({
        category: categories,
        handling: handlings,
        quote: orNull(texts),
        startSec: orNull(few(0, 2.5)),
      }),
      { maxLength: 3 },
    ),
    nextStep: orNull(fc.record({ agreed: fc.boolean(), text: orNull(texts) })),
    summary: orNull(texts),
    clientNeed: orNull(texts),
    tags: fc.array(few("vip", "жалоба"), { maxLength: 2 }),
    cost: fc.record({
      speechSec: orNull(few(0.1, 122)),
      promptTokens: orNull(fc.nat(5000)),
      completionTokens: orNull(fc.nat(500)),
    }),
    agentTalkShare: orNull(few(0, 0.5)),
  },
  { noNullPrototype: true },
);

/** Ids do not repeat among calls of a list. */
export const rows: fc.Arbitrary<CallRow[]> = fc
  .array(fc.tuple(few(...days), result as fc.Arbitrary<Partial<CallRow>>), { maxLength: 25 })
  .map((list) => list.map(([day, part], n) => callRow(callIdOn(day, `${n % 3}.${n}`), part)));

const some = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.array(arbitrary, { minLength: 1, maxLength: 2 });
const wanted = some(few("11", "12", "é"));

const filter = fc.record(
  {
    agentIds: wanted,
    departments: some(departments),
    directions: some(few("incoming", "outgoing")),
    lines: some(few("+7495", "b")),
    checklist: fc.record({ id: few("first-sale", "support"), version: few(1, 2) }, { requiredKeys: ["id"] }),
    percentFrom: percents,
    percentTo: percents,
    criterion: fc.record({ id: criterionIds, verdicts: some(verdicts) }),
    statuses: some(few("scored", "skipped", "failed")),
    codes: some(few("call.missed", "call.too_short")),
    tags: some(few("vip", "жалоба")),
    callTypes: some(few("first-sale", "booking")),
    needsReview: fc.boolean(),
    passed: fc.boolean(),
    text: few("е", "Ёлка", "100%", "скидка за", "🎄", "ß", "i", "a"),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const period = fc
  .tuple(few(...days), few(...days))
  .map(([one, other]) => (one < other ? { from: one, to: other } : { from: other, to: one }));

/** Few of the filters at once: of many nothing is left. */
const filters = filter.map((all) => Object.fromEntries(Object.entries(all).slice(0, 2)));

export const query: fc.Arbitrary<CallQueryInput> = fc
  .tuple(period, filters, few("startedAt", "percent"), few("asc", "desc"), fc.integer({ min: 1, max: 7 }))
  .map(([from, which, by, direction, limit]) => ({
    tenant: TENANT,
    ...from,
    ...which,
    order: { by: by as "startedAt", direction: direction as "asc" },
    limit,
  }));

export const aggregation: fc.Arbitrary<CallAggregationInput> = fc
  .tuple(period, filters, fc.uniqueArray(few(...CallDimension.options), { maxLength: 3 }))
  .map(([from, which, groupBy]) => ({ tenant: TENANT, ...from, ...which, groupBy }));
