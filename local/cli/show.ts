import { join } from "node:path";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
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
  if (!written) throw new ConfigurationError("cli.no_scorecard", `${callId} has no scorecard`);
  console.log(`${file}: open it in a browser`);
}
