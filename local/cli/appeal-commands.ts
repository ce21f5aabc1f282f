import type { Command } from "commander";
import type { Config } from "../../core/config.ts";
import { type AppealOptions, type ResolveOptions, runAppeal, runAppeals, runResolve } from "./appeal.ts";
import { callId } from "./call-id.ts";

export function addAppealCommands(program: Command, config: Config): void {
  program
    .command("appeals")
    .description("list the appeals that wait for a decision")
    .action(() => runAppeals(config));
  program
    .command("appeal")
    .argument("<call>", "id of the call", callId)
    .argument("<criterion>", "id of the criterion")
    .description("say that a verdict is wrong, and why")
    .requiredOption("--reason <text>", "what the program did not see")
    .option("--by <name>", "who says so")
    .action((call: string, criterion: string, options: AppealOptions) =>
      runAppeal(call, criterion, options, config),
    );
  program
    .command("resolve")
    .argument("<call>", "id of the call", callId)
    .argument("<criterion>", "id of the criterion")
    .description("decide an appeal; the score is reckoned anew, and the program's verdict is kept beside")
    .option("--accept <verdict>", "met, partly, not_met, not_applicable, or a level's id")
    .option("--reject", "the verdict stands")
    .option("--comment <text>", "why")
    .option("--by <name>", "who decides")
    .action((call: string, criterion: string, options: ResolveOptions) =>
      runResolve(call, criterion, options, config),
    );
}
