import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { duckDbCallIndex } from "../../../adapters/index/duckdb.ts";
import type { CallQueryInput } from "../../../core/call-query.ts";
import type { CallRow } from "../../../core/call-row.ts";
import { setClock } from "../../../core/clock.ts";
import type { CallIndex } from "../../../core/ports/call-index.ts";
import { memoryCallIndex } from "../../fakes/call-index.ts";
import { memoryStore } from "../../fakes/store.ts";
import { putLateRow, putRow } from "../../index/call-rows.ts";
import { aggregation, days, query, rows } from "../../index/random-rows.ts";

const clock = setClock("2026-11-20T09:00:00Z");
const timeZoneOf = async () => "Europe/Moscow";
const store = memoryStore({ clock });
const options = { store, clock, timeZoneOf };
/** One engine for all runs, since to open one takes longer than to ask it; each run has a tenant of its own. */
const index = duckDbCallIndex(options);
const fake = memoryCallIndex(options);
afterAll(() => index.close());

const wholePeriod = { from: "2026-11-17", to: "2026-11-20" };
let runs = 0;

/** Some of the rows are in tables, of some the tables hold a former state. Resolves to their tenant. */
async function recorded(all: readonly CallRow[], late: readonly number[]): Promise<string> {
  runs += 1;
  const tenant = `run-${runs}`;
  const isLate = (n: number) => late.includes(n);
  for (const [n, row] of all.entries()) {
    const former = { ...row, percent: 1, agentId: "99", criteria: [] };
    await putRow(store, tenant, isLate(n) ? former : row);
  }
  for (const day of days.slice(0, 2 + (runs % 2))) await index.compactDay(tenant, day);
  for (const [n, row] of all.entries()) if (isLate(n)) await putLateRow(store, tenant, row);
  return tenant;
}

const bucket = { rows, late: fc.array(fc.nat(25), { maxLength: 4 }) };

async function allPages(index: CallIndex, asked: CallQueryInput) {
  const pages = [];
  let cursor: string | null = null;
  do {
    const page = await index.find(cursor === null ? asked : { ...asked, cursor });
    pages.push(page);
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

/** As a column can hold them. */
const wellFormed = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, inner) => (typeof inner === "string" ? inner.toWellFormed() : inner)),
  );

it("gives the same pages as plain arrays, whatever is asked of whatever rows", async () => {
  const property = fc.asyncProperty(fc.record(bucket), query, async ({ rows, late }, asked) => {
    const question = { ...asked, tenant: await recorded(rows, late) };
    // What is kept of one period must be right for another.
    await index.find({ ...question, ...wholePeriod });
    expect(await allPages(index, question)).toEqual(await allPages(fake, question));
  });
  await fc.assert(property, { numRuns: 40 });
}, 60_000);

it("gives the same sums as plain arrays", async () => {
  const property = fc.asyncProperty(fc.record(bucket), aggregation, async ({ rows, late }, asked) => {
    const question = { ...asked, tenant: await recorded(rows, late) };
    await index.aggregate({ ...question, ...wholePeriod });
    expect(await index.aggregate(question)).toEqual(wellFormed(await fake.aggregate(question)));
  });
  await fc.assert(property, { numRuns: 60 });
}, 60_000);
