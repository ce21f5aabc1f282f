import { join } from "node:path";
import { filesStore } from "../../adapters/store/files.ts";
import { digestKey, indexDayPrefix } from "../../core/bucket-layout.ts";
import { CallRow } from "../../core/call-row.ts";
import { Report } from "../../core/report.ts";
import { readJson } from "../../core/store-json.ts";
import type { CallKind, Day } from "./day.ts";
import { type DaySample, messagesIn } from "./day-run.ts";
import type { Ledger } from "./ledger.ts";
import type { LoadVendors } from "./vendors.ts";
import type { Posted } from "./webhooks.ts";

export interface Checked {
  /** How many calls ended how, by the rows of the index: `scored`, or the reason why not. */
  outcomes: Map<string, number>;
  /** Sentences; empty when all is as it must be. */
  problems: string[];
}

const outcomeOf: Record<CallKind, string> = {
  scored: "scored",
  missed: "call.missed",
  "too-short": "call.too_short",
  internal: "call.internal",
};

/** Whether every call came to its one end, was paid for once, and is counted by the digest. */
export async function checkDay(done: {
  day: Day;
  dataDir: string;
  posted: Posted;
  vendors: LoadVendors;
  samples: readonly DaySample[];
  ledger: Ledger;
}): Promise<Checked> {
  const { day, dataDir, posted, vendors, samples, ledger } = done;
  const store = filesStore({ directory: join(dataDir, "bucket") });
  const problems: string[] = [];
  const expect = (what: string, found: number, wanted: number) => {
    if (found !== wanted) problems.push(`${what}: ${found}, expected ${wanted}`);
  };
  const rows = new Map<string, string>();
  const outcomes = new Map<string, number>();
  let files = 0;
  for await (const { key } of store.list(indexDayPrefix("default", day.date))) {
    files += 1;
    const row = (await readJson(store, key, CallRow))?.value;
    const outcome = row?.code ?? row?.status ?? "";
    if (row) rows.set(row.callId, outcome);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const wrong = day.calls.filter(({ callId, kind }) => rows.get(callId) !== outcomeOf[kind]);
  expect("notices that were not taken", posted.refused, 0);
  expect("rows in the index", files, day.calls.length);
  expect("calls without a row, or with another end than theirs", wrong.length, 0);

  const digest = (await readJson(store, digestKey("default", day.date), Report))?.value;
  expect("calls in the digest", digest?.totals.calls ?? 0, day.calls.length);
  expect("different calls in the digest", new Set(digest?.callIds).size, day.calls.length);
  expect("scored in the digest", digest?.totals.scored ?? 0, outcomes.get("scored") ?? 0);
  expect("in progress in the digest", digest?.totals.inProgress ?? 0, 0);

  const recorded = day.calls.filter(({ recordingAfterSec }) => recordingAfterSec !== null).length;
  expect("calls that were transcribed", vendors.recogniser.started.size, recorded);
  const starts = [...vendors.recogniser.started.values()].reduce((sum, count) => sum + count, 0);
  expect("paid transcriptions", starts, recorded);
  expect("paid answers of the model", vendors.model.answers(), recorded);
  const last = samples.at(-1);
  expect("dead letters", last ? messagesIn(last, "dead") : 0, 0);
  if (problems.length > 0) problems.push(...ledger.complaints);
  return { outcomes, problems };
}
