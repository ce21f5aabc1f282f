import { readFile } from "node:fs/promises";
import { ZodError } from "zod";
import { checklistMistakes, readChecklist } from "../../core/checklist.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { Transcript } from "../../core/transcript.ts";
import { openScore } from "../../functions/deps.ts";
import { judge } from "../../functions/score/judge.ts";
import { textsFor } from "../../locales/index.ts";

/** Prints the scorecard of one transcript as JSON. Without a model semantic criteria are uncertain. */
export async function runTry(checklistFile: string, transcriptFile: string, config: Config): Promise<void> {
  const checklist = await readFileAs(checklistFile, readChecklist);
  const transcript = await readFileAs(transcriptFile, (json) => Transcript.parse(json));
  const scorecard = await judge({
    tenant: config.tenant,
    transcript,
    checklist,
    llm: config.hasLlm ? await (await openScore()).llm() : null,
    callTypes: config.settings.callTypes,
    texts: textsFor(checklist.language).verdict,
  });
  console.log(JSON.stringify(scorecard, null, 2));
}

async function readFileAs<T>(file: string, read: (json: unknown) => T): Promise<T> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new ConfigurationError("cli.no_file", `${file} is no file that can be read`);
  });
  try {
    return read(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch (error) {
    const mistakes = error instanceof ZodError ? checklistMistakes(error) : [(error as Error).message];
    throw new ConfigurationError(
      "cli.malformed",
      `${file} is not as it must be:\n  ${mistakes.join("\n  ")}`,
    );
  }
}
