import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import { indexDayPrefix, scorecardKey, uploadsPrefix } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { CallRow } from "../../core/call-row.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { Scorecard } from "../../core/scorecard.ts";
import { readJson } from "../../core/store-json.ts";
import { base, settingsOf } from "../../functions/deps.ts";

const WAIT_SEC = 3600;

/** Puts files under `uploads/`, where the service finds them within seconds. */
export async function runUpload(
  files: string[],
  { wait }: { wait?: boolean },
  { tenant }: Config,
): Promise<void> {
  const { store } = base();
  const since = new Date();
  for (const file of files) {
    const info = await stat(file).catch(() => undefined);
    if (!info?.isFile()) throw new ConfigurationError("cli.no_file", `${file} cannot be read`);
    await store.put(`${uploadsPrefix(tenant)}${basename(file)}`, createReadStream(file), {
      sizeBytes: info.size,
    });
    console.error(`${basename(file)}: in the bucket, scored while the service runs`);
  }
  if (wait) await waitForAll(new Set(files.map((file) => basename(file))), since, tenant, store);
}

async function waitForAll(open: Set<string>, since: Date, tenant: string, store: Store): Promise<void> {
  const { timeZone } = await settingsOf(tenant);
  const giveUpAt = Date.now() + WAIT_SEC * 1000;
  const known = new Set<string>();
  while (open.size > 0 && Date.now() < giveUpAt) {
    await setTimeout(1000);
    for await (const { key, modifiedAt } of store.list(indexDayPrefix(tenant, dayIn(timeZone, new Date())))) {
      if (known.has(key) || modifiedAt < since) continue;
      const row = (await readJson(store, key, CallRow))?.value;
      known.add(key);
      if (row?.title != null && open.delete(row.title)) await printResult(row, tenant, store);
    }
  }
  if (open.size > 0)
    throw new ConfigurationError(
      "cli.not_scored",
      "no result within an hour: does the service run? See `npx cqa status`",
    );
}

async function printResult(row: CallRow, tenant: string, store: Store): Promise<void> {
  console.error(
    `${row.title}: ${row.status}${row.code ? `, ${row.code}` : ""}${row.percent === null ? "" : `, ${row.percent} / 100`}`,
  );
  if (row.checklistId === null || row.checklistVersion === null) return;
  const scorecard = await readJson(
    store,
    scorecardKey(tenant, row.callId, row.checklistId, row.checklistVersion),
    Scorecard,
  );
  console.log(JSON.stringify(scorecard?.value, null, 2));
}
