import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { endPauses } from "../../core/vendor-health.ts";
import { type StageName, stageNames } from "../../events/pipeline.ts";
import { base } from "../../functions/deps.ts";

export async function runRedrive(stage: string | undefined, { tenant }: Config): Promise<void> {
  const { store, queue, clock } = base();
  // Whoever sends dead letters again has mended the cause: nobody need wait for the end of a pause.
  for (const vendor of await endPauses(store, tenant, clock)) console.log(`${vendor}: asked again at once`);
  for (const name of stage === undefined ? stageNames : [stageNamed(stage)]) {
    console.log(`${name}: ${await queue.redrive(name)} sent again`);
  }
}

function stageNamed(name: string): StageName {
  const known = stageNames.find((stage) => stage === name);
  if (!known)
    throw new ConfigurationError("cli.unknown_stage", `${name} is no stage: ${stageNames.join(", ")}`);
  return known;
}
