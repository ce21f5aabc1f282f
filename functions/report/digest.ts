import { dayPrefix, digestKey, indexDayPrefix } from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import { Digest, summarize } from "../../core/digest.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson, writeJson } from "../../core/store-json.ts";

/** How many days back calls can still come in late: recordings appear hours later, and telephony is looked through two days back. */
const LATE_DAYS = 3;

/** Sums the day up and stores the digest beside the others. */
export async function makeDigest(store: Store, tenant: string, day: string): Promise<Digest> {
  const rows = await rowsOf(store, tenant, day);
  const late = (
    await Promise.all(earlierDays(day).map((earlier) => uncounted(store, tenant, earlier, day)))
  ).flat();
  const done = new Set(rows.map((row) => row.callId));
  const begun = await callsOf(store, tenant, day);
  const inProgress = begun.filter((callId) => !done.has(callId)).length;
  const digest = summarize(tenant, day, { rows, late, inProgress });
  await writeJson(store, digestKey(tenant, day), digest);
  return digest;
}

/** Rows of an earlier day that neither its own digest nor one since has counted. A day without a digest was never announced, so nothing of it is late. */
async function uncounted(store: Store, tenant: string, day: string, until: string): Promise<CallRow[]> {
  const own = await readJson(store, digestKey(tenant, day), Digest);
  if (!own) return [];
  const since = await Promise.all(
    earlierDays(until)
      .filter((other) => other > day)
      .map(async (other) => (await readJson(store, digestKey(tenant, other), Digest))?.value.callIds ?? []),
  );
  const counted = new Set([...own.value.callIds, ...since.flat()]);
  return (await rowsOf(store, tenant, day)).filter((row) => !counted.has(row.callId));
}

async function rowsOf(store: Store, tenant: string, day: string): Promise<CallRow[]> {
  const rows: CallRow[] = [];
  for await (const { key } of store.list(indexDayPrefix(tenant, day))) {
    const row = await readJson(store, key, CallRow);
    if (row) rows.push(row.value);
  }
  return rows;
}

/** Every call of the day that has a folder, in whatever state. */
async function callsOf(store: Store, tenant: string, day: string): Promise<string[]> {
  const callIds: string[] = [];
  for await (const { key } of store.list(dayPrefix(tenant, day))) {
    if (key.endsWith("/call.json")) callIds.push(key.split("/").at(-2) ?? "");
  }
  return callIds;
}

function earlierDays(day: string): string[] {
  const noon = Date.parse(`${day}T12:00:00Z`);
  return Array.from({ length: LATE_DAYS }, (_value, index) =>
    new Date(noon - (index + 1) * 86_400_000).toISOString().slice(0, 10),
  );
}
