import { callKey, indexRowKey } from "../../core/bucket-layout.ts";
import { Call, dayOfCall } from "../../core/call.ts";
import { type CallFolder, callFolders, everyCallFolder, ON_ITS_WAY_MS } from "../../core/call-folders.ts";
import type { Clock } from "../../core/clock.ts";
import { ConfigurationError, VendorError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readRemoved } from "../../core/removal.ts";
import { digitsOf, holdsPhone, isSamePhone } from "../../core/same-phone.ts";
import { exists, readJson } from "../../core/store-json.ts";

export interface Person {
  client?: string;
  agent?: string;
}

/** What is to be removed, and folders of which nobody can say whose they are. */
export interface Found {
  calls: { call: Call; folder: CallFolder }[];
  unreadable: string[];
}

/** The calls of a person, or the one that is named. @throws ConfigurationError where it is not said whose */
export async function callsToForget(
  callId: string | undefined,
  person: Person,
  store: Store,
  tenant: string,
): Promise<Found> {
  const { client, agent } = person;
  if ([callId, client, agent].filter((one) => one !== undefined).length !== 1)
    throw new ConfigurationError("cli.malformed", "name one of these: a call, --client or --agent");
  if (client !== undefined && digitsOf(client) === "")
    throw new ConfigurationError("cli.malformed", "--client is to be a phone with its digits");
  const found: Found = { calls: [], unreadable: [] };
  const folders =
    callId === undefined ? everyCallFolder(store, tenant) : callFolders(store, tenant, dayOfCall(callId));
  for await (const folder of folders) {
    if (callId !== undefined && folder.callId !== callId) continue;
    const call = await readCall(folder, store, tenant);
    if (call === "unreadable") found.unreadable.push(folder.callId);
    else if (call && (callId !== undefined || (await isWanted(call, folder, person, store))))
      found.calls.push({ call, folder });
  }
  if (callId !== undefined && found.calls.length + found.unreadable.length === 0)
    throw new ConfigurationError("cli.no_call", `there is no call ${callId}`);
  return found;
}

async function readCall(
  { callId, names }: CallFolder,
  store: Store,
  tenant: string,
): Promise<Call | "unreadable" | undefined> {
  if (!names.includes("call.json")) return undefined;
  try {
    return (await readJson(store, callKey(tenant, callId), Call))?.value;
  } catch (error) {
    if (error instanceof VendorError && error.code === "store.unreadable") return "unreadable";
    throw error;
  }
}

async function isWanted(
  { tenant, callId, clientPhone, title, agent: talked }: Call,
  { names }: CallFolder,
  { client, agent }: Person,
  store: Store,
): Promise<boolean> {
  if (agent !== undefined) return talked?.id === agent;
  if (client === undefined) return false;
  if (clientPhone !== null && isSamePhone(clientPhone, client)) return true;
  if (title !== null && holdsPhone(title, client)) return true;
  // A run that died has blanked the phone by which it was found, and not yet all the rest.
  if (!names.includes("removed.json")) return false;
  const { texts, settled } = await readRemoved(store, tenant, callId);
  return texts !== null && !settled;
}

/** A stage that is at work would write what it has in hand behind our back. */
export async function isOnItsWay(
  { callId, modifiedAt }: CallFolder,
  store: Store,
  tenant: string,
  clock: Clock,
): Promise<boolean> {
  const movedAt = clock.fromSystem(modifiedAt).getTime();
  if (clock.now().getTime() - movedAt > ON_ITS_WAY_MS) return false;
  return !(await exists(store, indexRowKey(tenant, callId)));
}
