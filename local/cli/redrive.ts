import { ConfigurationError } from "../../core/errors.ts";
import { type StageName, stageNames } from "../../events/pipeline.ts";
import { base } from "../../functions/deps.ts";

export async function runRedrive(stage: string | undefined): Promise<void> {
  const { queue } = base();
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
