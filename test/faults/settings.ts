import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { latestChecklistKey, publishedKey, settingsKey } from "../../core/bucket-layout.ts";
import { setClock } from "../../core/clock.ts";
import { readText } from "../../core/store-json.ts";
import { base, closeDeps, configure, settingsOf } from "../../functions/deps.ts";
import { NOW } from "./line.ts";
import { type Play, putChecklist, told } from "./play.ts";
import { type FaultTable, row } from "./row.ts";
import { callIdOf, calls } from "./sandbox.ts";

const callId = calls[0] ? callIdOf(calls[0]) : "";
const CHECKLISTS = "checklists/default/first-sale/";

/** With the settings of the bucket, as the deployed stages read them. */
async function withSettings(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "call-quality-faults-"));
  try {
    configure({ env: { DATA_DIR: folder }, clock: setClock(NOW) });
    const { store } = base();
    return await told({
      store,
      settingsOf,
      fault: () => store.put(settingsKey("default"), text).then(() => undefined),
      mend: { afterSec: 3600, how: () => store.delete(settingsKey("default")) },
    });
  } finally {
    closeDeps();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Somebody spoils an object of the bucket, and puts it right an hour later. */
function spoilt(key: string, text: string, more: Partial<Play> = {}) {
  return () => {
    let before: string | undefined;
    return told({
      ...more,
      fault: async ({ store }) => {
        before = await readText(store, key);
        await store.put(key, text);
      },
      mend: {
        afterSec: 3600,
        how: async ({ store }) => {
          if (before === undefined) await store.delete(key);
          else await store.put(key, before);
        },
      },
    });
  };
}

/** While the task runs its receipt is spoilt, and put right an hour later. */
function spoiltReceipt(): Promise<string> {
  const key = publishedKey("default", callId, "transcription");
  let before = "";
  return told({
    pollsUntilDone: 3,
    fault: () => {},
    mend: [
      {
        afterSec: 1,
        how: async ({ store }) => {
          before = (await readText(store, key)) ?? "";
          await store.put(key, before.slice(0, before.length / 2));
        },
      },
      { afterSec: 3600, how: ({ store }) => store.put(key, before).then(() => undefined) },
    ],
  });
}

export const settingsFaults: FaultTable = {
  vendor: "What people edit in the bucket",
  rows: [
    row(
      "ingest",
      "the settings are no JSON for an hour",
      "`settings.malformed`: tried again 16 times, after 10 s to 15 min; scored; paid once",
      () => withSettings("{ timeZone: Moscow }"),
    ),
    row(
      "ingest",
      "the settings name a time zone that there is not, for an hour",
      "`settings.malformed`: tried again 16 times, after 10 s to 15 min; scored; paid once",
      () => withSettings('{"timeZone":"Moscow"}'),
    ),
    row(
      "score",
      "the pointer to the latest checklist is cut off, for an hour",
      "`store.unreadable`: tried again 16 times, after 10 s to 15 min; scored; paid once",
      spoilt(latestChecklistKey("default", "first-sale"), '{"version":'),
    ),
    row(
      "score",
      "the pointer names a version that there is not, for an hour",
      "failed as checklist.invalid; paid: 1 transcription, no answers",
      spoilt(latestChecklistKey("default", "first-sale"), '{"version":99}'),
    ),
    row(
      "score",
      "the checklist is broken in the middle of the day, a second call comes two hours later",
      "failed as checklist.invalid, then scored; paid: 2 transcriptions, 1 answer",
      spoilt(`${CHECKLISTS}1.json`, '{"id":"first-sale","version":1,"criteria":', { calls: 2, gapSec: 7200 }),
    ),
    row(
      "score",
      "there is no checklist for an hour; a second call comes two hours later",
      "`checklist.missing`: tried again 16 times, after 10 s to 15 min; both scored; paid once",
      () =>
        told({
          calls: 2,
          gapSec: 7200,
          fault: async ({ store }) => {
            for await (const { key } of store.list(CHECKLISTS)) await store.delete(key);
          },
          mend: { afterSec: 3600, how: ({ store }) => putChecklist(store) },
        }),
    ),
    row(
      "transcribe",
      "the receipt of the running task is cut off in the middle, for an hour",
      "`store.unreadable`: tried again 13 times, after 15 s to 15 min; scored; paid once",
      spoiltReceipt,
    ),
  ],
};
