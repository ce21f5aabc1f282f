import * as z from "zod";
import { Appeals } from "./appeal.ts";
import {
  appealsPrefix,
  callKey,
  callPrefix,
  callTableKey,
  crmScoreKey,
  indexRowKey,
  publishedKey,
  recordingPrefix,
  transcriptKey,
} from "./bucket-layout.ts";
import { Call, dayOfCall } from "./call.ts";
import { CallRow } from "./call-row.ts";
import { leaveDirtyMark } from "./dirty-mark.ts";
import { VendorError } from "./errors.ts";
import type { Store } from "./ports/store.ts";
import { type RedactOptions, redactAppeals, redactCall, redactRow, redactScorecard } from "./redact.ts";
import { noteRemoved, type Removed, readRemoved } from "./removal.ts";
import { Scorecard } from "./scorecard.ts";
import { exists, readJson, writeJson } from "./store-json.ts";

/**
 * Removes what is kept of a call no longer. Safe to run twice and after a crash at any point: the note that says so is written first, and keeps a message
 * that comes late from fetching it all again; what is removed already is passed over.
 */

/** True when there was a recording. */
export async function removeRecording(
  store: Store,
  tenant: string,
  callId: string,
  removed: Removed,
): Promise<boolean> {
  const keys = await keysOf(store, recordingPrefix(tenant, callId));
  if (keys.length === 0) return false;
  await noteRemoved(store, tenant, callId, { recording: removed });
  for (const key of keys) await store.delete(key);
  return true;
}

/** True when anything of it was there. Recording, transcript, quotes and everything that finds or names the client. The score stays, and how it came about, in numbers. */
export async function removeTexts(
  store: Store,
  tenant: string,
  callId: string,
  removed: Removed,
  options: RedactOptions = {},
): Promise<boolean> {
  const hadRecording = (await keysOf(store, recordingPrefix(tenant, callId))).length > 0;
  await noteRemoved(store, tenant, callId, {
    texts: removed,
    ...(hadRecording ? { recording: removed } : {}),
  });
  await removeRecording(store, tenant, callId, removed);
  const folder = callPrefix(tenant, callId);
  const unreadable: unknown[] = [];
  /** What nobody can read is told of in the end, and keeps nothing else that is said of the person. */
  const ifReadable = (work: Promise<boolean>) =>
    work.catch((error: unknown) => {
      if (!(error instanceof VendorError) || error.code !== "store.unreadable") throw error;
      unreadable.push(error);
      return false;
    });
  await ifReadable(forgetCrmScores(store, tenant, callId));
  // Answers of the model, and the card of the CRM that the client is found by.
  const effects = ["crm-card", "comment", "crm-field"].map((what) => publishedKey(tenant, callId, what));
  const answers = await keysOf(store, publishedKey(tenant, callId, "model-").replace(/\.json$/, ""));
  const aside = await keysOf(store, `${folder}scorecard-before-swap/`);
  let isChanged = hadRecording;
  for (const key of [transcriptKey(tenant, callId), ...effects, ...answers, ...aside]) {
    isChanged = (await exists(store, key)) || isChanged;
    await store.delete(key);
  }
  const change = async <Schema extends z.ZodType>(
    key: string,
    schema: Schema,
    redact: (value: z.output<Schema>) => z.output<Schema>,
  ) => {
    isChanged = (await ifReadable(rewrite(store, key, schema, redact))) || isChanged;
  };
  for (const key of await keysOf(store, `${folder}scorecard/`)) await change(key, Scorecard, redactScorecard);
  for (const key of await keysOf(store, appealsPrefix(tenant, callId)))
    await change(key, Appeals, (appeals) => redactAppeals(appeals, options));
  await change(callKey(tenant, callId), Call, (call) => redactCall(call, options));
  // Made of all of these, so it goes last: whoever makes it anew meanwhile makes it without them.
  const rowKey = indexRowKey(tenant, callId);
  const isRowChanged = await ifReadable(rewrite(store, rowKey, CallRow, (row) => redactRow(row, options)));
  const { settled } = await readRemoved(store, tenant, callId);
  // A run before may have died between the row and its mark: the table of the day would quote the call for good.
  if (isRowChanged || (!settled && (await exists(store, rowKey)))) {
    // Without a table the rows are read, and the mark has it made of them with the next digest.
    await store.delete(callTableKey(tenant, dayOfCall(callId)));
    await leaveDirtyMark(store, tenant, callId);
  }
  if (unreadable.length > 0) throw unreadable[0];
  await noteRemoved(store, tenant, callId, { settled: true });
  return isChanged || isRowChanged;
}

/** For whoever has written something about a call while its texts were being removed: what he had in hand goes as well. */
export async function removeIfNoted(store: Store, tenant: string, callId: string): Promise<boolean> {
  const { texts } = await readRemoved(store, tenant, callId);
  if (texts) await removeTexts(store, tenant, callId, texts);
  return texts !== null;
}

const Shown = z.object({ callId: z.string() });
const Card = z.object({ card: z.object({ type: z.string(), id: z.string() }).nullable() });

/** The marks of the client's cards in the CRM, where they are this call's. */
async function forgetCrmScores(store: Store, tenant: string, callId: string): Promise<boolean> {
  const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
  const found = (await readJson(store, publishedKey(tenant, callId, "crm-card"), Card))?.value;
  for (const card of [call?.entity, found?.card]) {
    if (!card) continue;
    const key = crmScoreKey(tenant, card.type, card.id);
    const shown = (await readJson(store, key, Shown))?.value;
    if (shown?.callId === callId) await store.delete(key);
  }
  return false;
}

/** Somebody who writes the same object over and over is no reason to wait for ever. */
const MOST_TRIES = 8;

/** True when something was changed. One that is written by somebody else at this moment is read anew. */
async function rewrite<Schema extends z.ZodType>(
  store: Store,
  key: string,
  schema: Schema,
  redact: (value: z.output<Schema>) => z.output<Schema>,
): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const known = await readJson(store, key, schema);
    if (!known) return false;
    const next = redact(known.value);
    if (JSON.stringify(next) === JSON.stringify(known.value)) return false;
    if ((await writeJson(store, key, next, { ifMatch: known.etag })).written) return true;
  }
  throw new VendorError("store.contended", `${key} in the bucket is being written by many at once`);
}

async function keysOf(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}
