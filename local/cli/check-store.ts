import { join } from "node:path";
import type { Config } from "../../core/config.ts";
import { conditionalWrites, store } from "../../functions/deps.ts";
import { tryStore } from "../store-trial.ts";

/** Tries the bucket of the environment and says what works there, and what to do about what does not. */
export async function runCheckStore(config: Config): Promise<void> {
  const { s3, dataDir } = config;
  console.log(
    s3 ? `Bucket ${s3.bucket} at ${new URL(s3.endpoint).host}` : `Folder ${join(dataDir, "bucket")}`,
  );
  let worst: "works" | "emulated" | "fails" = "works";
  for await (const { what, outcome, note } of tryStore(store(), conditionalWrites)) {
    console.log(`  ${what.padEnd(18)}  ${outcome}${note === undefined ? "" : `: ${note}`}`);
    if (outcome === "fails" || worst === "works") worst = outcome === "works" ? worst : outcome;
  }
  console.log(verdicts[worst]);
  if (worst === "fails") process.exitCode = 1;
}

const verdicts = {
  works: "It does all that is asked of a bucket.",
  emulated: "It does for ONE process: docs/storage.md.",
  fails: "It does not do as it is: docs/storage.md.",
};
