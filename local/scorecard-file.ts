import { writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { callKey, indexRowKey, recordingPrefix, transcriptKey } from "../core/bucket-layout.ts";
import { Call } from "../core/call.ts";
import { CallRow } from "../core/call-row.ts";
import type { Store } from "../core/ports/store.ts";
import { readScorecard } from "../core/scorecard-in-force.ts";
import type { Settings } from "../core/settings.ts";
import { readJson } from "../core/store-json.ts";
import { Transcript } from "../core/transcript.ts";
import { scorecardPage } from "../functions/report/scorecard-page.ts";
import { readVersion } from "../functions/score/rescore.ts";

export interface ScorecardFile {
  store: Store;
  /** The folder of the embedded bucket, for the player; null for a bucket elsewhere. */
  bucketFolder: string | null;
  tenant: string;
  callId: string;
  settings: Settings;
  file: string;
}

/** Writes the page of a call's scorecard; false when the call has none. */
export async function writeScorecardFile(options: ScorecardFile): Promise<boolean> {
  const { store, tenant, callId, settings, file, bucketFolder } = options;
  // The one that reports show, where a call was scored by several versions.
  const row = (await readJson(store, indexRowKey(tenant, callId), CallRow))?.value;
  if (row?.checklistId == null || row.checklistVersion === null) return false;
  const judged = await readScorecard(store, tenant, callId, row.checklistId, row.checklistVersion);
  const transcript = (await readJson(store, transcriptKey(tenant, callId), Transcript))?.value;
  if (!judged || !transcript) return false;
  const { inForce: scorecard, asJudged, appeals } = judged;
  const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
  const checklist = await readVersion(store, tenant, scorecard.checklist.id, scorecard.checklist.version);
  const recording = await firstKey(store, recordingPrefix(tenant, callId));
  const audio =
    bucketFolder === null || recording === undefined
      ? null
      : encodeURI(relative(dirname(resolve(file)), resolve(join(bucketFolder, recording))));
  const { format } = new Intl.DateTimeFormat(settings.locale, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: settings.timeZone,
  });
  const when = format(new Date(call?.startedAt ?? Number.NaN));
  const who = call?.agent?.name ?? call?.title ?? callId;
  const page = scorecardPage({
    scorecard,
    checklist,
    transcript,
    audio,
    heading: `${who}, ${when}`,
    review: { asJudged, appeals, moment: (at) => format(new Date(at)) },
  });
  await writeFile(file, page);
  return true;
}

async function firstKey(store: Store, prefix: string): Promise<string | undefined> {
  for await (const { key } of store.list(prefix)) return key;
  return undefined;
}
