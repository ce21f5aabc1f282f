import { ConfigurationError } from "../../core/errors.ts";
import { type StageName, stageNames } from "../../events/pipeline.ts";
import { base } from "../../functions/deps.ts";

const SHOWN_DEAD_LETTERS = 10;

export async function runStatus(): Promise<void> {
  const { queue } = base();
  console.table(
    Object.fromEntries(await Promise.all(stageNames.map(async (name) => [name, await queue.stats(name)]))),
  );
  for (const stage of stageNames) {
    for (const letter of await queue.deadLetters(stage, SHOWN_DEAD_LETTERS)) {
      console.log(`dead letter of ${stage}, sent ${letter.sentAt.toISOString()}: ${idOf(letter.body)}`);
    }
  }
}

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

/** Never the body: a bucket's notification holds a file's name. */
function idOf(body: string): string {
  try {
    const { id } = JSON.parse(body);
    return typeof id === "string" ? id : "a notification of the bucket";
  } catch {
    return "not JSON";
  }
}
