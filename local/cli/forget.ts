import { rm } from "node:fs/promises";
import { join } from "node:path";
import { dayOfCall } from "../../core/call.ts";
import type { Config } from "../../core/config.ts";
import { VendorError } from "../../core/errors.ts";
import type { Removed } from "../../core/removal.ts";
import { removeTexts } from "../../core/remove-call.ts";
import { base } from "../../functions/deps.ts";
import { removeReports } from "../../functions/ingest/retention-reports.ts";
import { removeUploadsOf } from "../../functions/ingest/retention-uploads.ts";
import { callsToForget, type Found, isOnItsWay } from "./forget-whom.ts";

export interface ForgetOptions {
  client?: string;
  agent?: string;
  dryRun?: boolean;
}

/** Removes what is kept about a person, at his request. Never prints his phone or name: terminals are recorded too. */
export async function runForget(
  callId: string | undefined,
  options: ForgetOptions,
  config: Config,
): Promise<void> {
  const { tenant } = config;
  const { store, clock } = base();
  const now = clock.now();
  const { calls, unreadable } = await callsToForget(callId, options, store, tenant);
  for (const id of unreadable)
    leave(id, "nobody can read its call.json, so nobody knows whose it is: mend it");
  if (calls.length === 0) return console.log("No call is kept of that person.");
  const due: Found["calls"] = [];
  for (const one of calls) {
    if (!(await isOnItsWay(one.folder, store, tenant, clock))) due.push(one);
    else leave(one.call.callId, "it has not come to an end; run this again when it has");
  }
  if (options.dryRun) {
    for (const { call } of due) console.log(call.callId);
    return console.log(`${due.length} calls; nothing was removed.`);
  }

  const days = new Set(due.map(({ call }) => dayOfCall(call.callId)));
  const holds = ({ from, to }: { from: string; to: string }) =>
    [...days].some((day) => from <= day && day <= to);
  // Before, for whoever runs this again after a crash finds the calls no more; and after, for one can have been made meanwhile.
  const reports = await removeReports(holds, store, tenant);
  const removed: Removed = { at: now.toISOString(), why: "request", keptDays: null };
  let done = 0;
  for (const { call } of due) {
    try {
      const files = await removeUploadsOf(call, store, tenant);
      const agentName = options.agent !== undefined;
      const isRemoved = await removeTexts(store, tenant, call.callId, removed, { agentName });
      console.log(`${call.callId}  ${isRemoved || files > 0 ? "removed" : "nothing was left to remove"}`);
      done += 1;
    } catch (error) {
      if (!(error instanceof VendorError) || error.code !== "store.unreadable") throw error;
      leave(call.callId, `only in part: ${error.message}; mend or delete it, then run this again`);
    }
  }
  await removeReports(holds, store, tenant);
  for (const day of days) await removeCopiesOfTable(day, config);
  console.log(
    `${done} calls: scores and numbers are left of them. ${reports} digests of these days were removed; whoever asks gets them anew.`,
  );
  console.log(
    "Not ours to remove: what was written into the CRM, messages in Telegram, what SaluteSpeech and the model keep, and backups (docs/privacy.md).",
  );
}

function leave(callId: string, why: string): void {
  process.exitCode = 1;
  console.log(`${callId}  left: ${why}`);
}

/** The table of the day is gone from the bucket; its copies are files of this machine. */
async function removeCopiesOfTable(day: string, { dataDir, s3, tenant }: Config): Promise<void> {
  if (s3) return;
  const folder = join(dataDir, "index-cache", `tenant=${tenant}`, `day=${day}`);
  await rm(folder, { recursive: true, force: true });
}
