import { join } from "node:path";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { readRemoved, removedWords } from "../../core/removal.ts";
import { base, settingsOf } from "../../functions/deps.ts";
import { writeScorecardFile } from "../scorecard-file.ts";

/** Writes the scorecard of a call as a page for a browser. */
export async function runShow(callId: string, options: { out?: string }, config: Config): Promise<void> {
  const { tenant } = config;
  const file = options.out ?? `${callId}.html`;
  const written = await writeScorecardFile({
    store: base().store,
    bucketFolder: config.s3 ? null : join(config.dataDir, "bucket"),
    tenant,
    callId,
    settings: await settingsOf(tenant),
    file,
  });
  if (written) return console.log(`${file}: open it in a browser`);
  const { texts: removed } = await readRemoved(base().store, tenant, callId);
  throw new ConfigurationError(
    "cli.no_scorecard",
    removed ? removedWords(`the transcript of ${callId}`, removed) : `${callId} has no scorecard`,
  );
}
