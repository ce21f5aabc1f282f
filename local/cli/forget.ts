import { callKey, callsPrefix, indexRowKey } from "../../core/bucket-layout.ts";
import { Call, dayOfCall } from "../../core/call.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Removed } from "../../core/removal.ts";
import { removeTexts } from "../../core/remove-call.ts";
import { exists, readJson } from "../../core/store-json.ts";
import { base } from "../../functions/deps.ts";
import { removeReports } from "../../functions/ingest/retention-reports.ts";
import { removeUploadsOf } from "../../functions/ingest/retention-uploads.ts";

export interface ForgetOptions {
  client?: string;
  agent?: string;
  dryRun?: boolean;
}

/** Removes what is kept about a person, at his request. Never prints his phone or name: terminals are recorded too. */
export async function runForget(
  callId: string | undefined,
  options: ForgetOptions,
  { tenant }: Config,
): Promise<void> {
  const { store, clock } = base();
  const calls = await callsOf(callId, options, store, tenant);
  if (calls.length === 0) return console.log("No call is kept of that person.");
  const removed: Removed = { at: clock.now().toISOString(), why: "request", keptDays: null };
  const days = new Set<string>();
  let left = 0;
  for (const call of calls) {
    const { callId: id } = call;
    // A stage that is at work would write what it has in hand behind our back.
    if (!(await exists(store, indexRowKey(tenant, id)))) {
      left += 1;
      console.log(`${id}  left: it has not come to an end; run this again when it has`);
    } else if (options.dryRun) console.log(id);
    else {
      const files = await removeUploadsOf(call, store, tenant);
      const isRemoved = await removeTexts(store, tenant, id, removed, {
        agentName: options.agent !== undefined,
      });
      days.add(dayOfCall(id));
      console.log(`${id}  ${isRemoved || files > 0 ? "removed" : "nothing was left to remove"}`);
    }
  }
  if (left > 0) process.exitCode = 1;
  if (options.dryRun) return console.log(`${calls.length - left} calls; nothing was removed.`);
  const holds = ({ from, to }: { from: string; to: string }) =>
    [...days].some((day) => from <= day && day <= to);
  const reports = await removeReports(holds, store, tenant);
  console.log(
    `${calls.length - left} calls: scores and numbers are left of them. ${reports} digests of these days were removed; whoever asks gets them anew.`,
  );
  console.log(
    "Not ours to remove: what was written into the CRM, messages in Telegram, what SaluteSpeech and the model keep, and backups (docs/privacy.md).",
  );
}

async function callsOf(
  callId: string | undefined,
  { client, agent }: ForgetOptions,
  store: Store,
  tenant: string,
): Promise<Call[]> {
  if ([callId, client, agent].filter((one) => one !== undefined).length !== 1)
    throw new ConfigurationError("cli.malformed", "name one of these: a call, --client or --agent");
  if (callId !== undefined) {
    const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
    if (!call) throw new ConfigurationError("cli.no_call", `there is no call ${callId}`);
    return [call];
  }
  const phone = client === undefined ? undefined : comparablePhone(client);
  if (phone === "")
    throw new ConfigurationError("cli.malformed", "--client is to be a phone with its digits");
  const found: Call[] = [];
  for await (const { key } of store.list(callsPrefix(tenant))) {
    if (!key.endsWith("/call.json")) continue;
    const call = (await readJson(store, key, Call))?.value;
    const isOfClient = call?.clientPhone != null && comparablePhone(call.clientPhone) === phone;
    if (call && (isOfClient || (agent !== undefined && call.agent?.id === agent))) found.push(call);
  }
  return found;
}

/** +7 912…, 8 912… and 912… are one number. */
function comparablePhone(phone: string): string {
  return phone.replaceAll(/\D/g, "").slice(-10);
}
