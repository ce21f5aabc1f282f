import { Command, InvalidArgumentError, Option } from "commander";
import * as z from "zod";
import { isOwnError } from "../../core/errors.ts";
import { closeDeps, configure } from "../../functions/deps.ts";
import { crashLine, endOnCrash } from "../crash.ts";
import { loadEnvironment } from "../environment.ts";
import { addAppealCommands } from "./appeal-commands.ts";
import { type BackfillOptions, runBackfill } from "./backfill.ts";
import { runBackup, runRestore } from "./backup.ts";
import { callId } from "./call-id.ts";
import { runCheckStore } from "./check-store.ts";
import { addChecklistCommands } from "./checklist.ts";
import { runCrmSetup } from "./crm-setup.ts";
import { type DigestOptions, namedPeriod, runDigest } from "./digest.ts";
import { type EvaluateOptions, runEvaluate } from "./evaluate.ts";
import { runFetchCa } from "./fetch-ca.ts";
import { type ForgetOptions, runForget } from "./forget.ts";
import { runMcp, runMcpToken } from "./mcp.ts";
import { runRedrive } from "./redrive.ts";
import { runRescore, runSwapRoles } from "./rescore.ts";
import { runShow } from "./show.ts";
import { runStatus } from "./status.ts";
import { runTry } from "./try.ts";
import { runUpload } from "./upload.ts";

/** `npx cqa`: the operator's commands, on the bucket and queues of the environment or `.env`. */

endOnCrash();
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `cqa status | head`: whoever reads has enough.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
const config = configure({ env: loadEnvironment() });

const day = (value: string): string => {
  if (z.iso.date().safeParse(value).success) return value;
  throw new InvalidArgumentError("a day like 2026-11-20 is expected.");
};

const kappa = (value: string): number => {
  const number = Number(value);
  if (value.trim() !== "" && number >= -1 && number <= 1) return number;
  throw new InvalidArgumentError("a number from -1 to 1 is expected.");
};

const callsPerMinute = (value: string): number => {
  const number = Number(value);
  if (value.trim() !== "" && number > 0 && number <= 6000) return number;
  throw new InvalidArgumentError("a number of calls per minute, above 0 and at most 6000, is expected.");
};

const program = new Command("cqa").description("Call Quality Analyst: the operator's commands");
program
  .command("upload")
  .argument("<file...>", "MP3, WAV, OGG Opus or FLAC")
  .description("put recordings into the bucket to be scored")
  .option("--wait", "wait for the scorecards and print them")
  .action((files: string[], options: { wait?: boolean }) => runUpload(files, options, config));
program
  .command("status")
  .description(
    "show the queues, paused vendors, dead letters with their reasons, and how the calls of the last days stand",
  )
  .action(() => runStatus(config));
program
  .command("redrive")
  .argument("[stage]", "ingest, transcribe, score or report; all of them when left out")
  .description("send dead letters through their stage again, and ask paused vendors at once")
  .action((stage?: string) => runRedrive(stage, config));
program
  .command("backfill")
  .description("have the calls of past days fetched from the CRM and scored; goes on where it was stopped")
  .requiredOption("--from <yyyy-mm-dd>", "first day, in the company's time zone", day)
  .requiredOption("--to <yyyy-mm-dd>", "last day, included", day)
  .option(
    "--rate <calls>",
    "calls a minute; it waits by itself while live calls are in line",
    callsPerMinute,
    30,
  )
  .option("--again", "look through days once more that were fetched before")
  .action((options: BackfillOptions) => runBackfill(options, config));
program
  .command("digest")
  .description("make the digest of a day or a longer time, print it and send it to Telegram")
  .option("--day <yyyy-mm-dd>", "in the company's time zone; today when left out", day)
  .option("--week <yyyy-Www>", "a week from Monday, e.g. 2026-W47", namedPeriod("week", "2026-W47"))
  .option("--month <yyyy-mm>", "a month", namedPeriod("month", "2026-11"))
  .option("--from <yyyy-mm-dd>", "first day of any other time", day)
  .option("--to <yyyy-mm-dd>", "its last day, included; today when left out", day)
  .option("--agent <name>", "what this agent does well and could practise, instead of the digest")
  .option("--print", "only print it")
  .action((options: DigestOptions) => runDigest(options, config));
program
  .command("show")
  .argument("<call>", "id of the call", callId)
  .description(
    "write a call's scorecard as a page: every verdict opens to its quote, and a click plays that second",
  )
  .option("--out <file>", "the page; <call>.html when left out")
  .action((call: string, options: { out?: string }) => runShow(call, options, config));
program
  .command("rescore")
  .description(
    "score old calls by another version of a checklist, beside their old scorecards, and print the difference",
  )
  .requiredOption("--checklist <id@version>", "a version that is in the bucket")
  .requiredOption("--from <yyyy-mm-dd>", "first day", day)
  .requiredOption("--to <yyyy-mm-dd>", "last day", day)
  .option("--publish", "show the new scores in reports")
  .action((options: { checklist: string; from: string; to: string; publish?: boolean }) =>
    runRescore(options, config),
  );
program
  .command("swap-roles")
  .argument("<call>", "id of the call", callId)
  .description("correct who is the agent on a recording, and have the call scored again")
  .option("--agent-voice <number>", "where nobody was named: the voice of the agent", Number)
  .action((call: string, options: { agentVoice?: number }) => runSwapRoles(call, options, config));
program
  .command("forget")
  .argument("[call]", "id of the call", callId)
  .description(
    "delete the recording, transcript, quotes and the client's phone of a call, or of all calls of a person, at that person's request; scores stay",
  )
  .option("--client <phone>", "every call of a client's phone")
  .option("--agent <id>", "every call of an agent, by his number in the CRM, and his name")
  .option("--dry-run", "only say which calls these are")
  .action((call: string | undefined, options: ForgetOptions) => runForget(call, options, config));
program
  .command("try")
  .argument("<checklist>", "checklist JSON")
  .argument("<transcript>", "transcript JSON")
  .description("score one transcript by one checklist and print the scorecard; stores and sends nothing")
  .action((checklist: string, transcript: string) => runTry(checklist, transcript, config));
program
  .command("evaluate")
  .description("judge calls that people have judged, and show how far both agree; stores nothing but --out")
  .option("--labelled <folder>", "the labelled calls", "test/labelled")
  .option("--checklist <file...>", "what to judge by; every file under checklists/ when left out")
  .addOption(new Option("--only <check>", "criteria of one check").choices(["keyword", "metric", "semantic"]))
  .option("--min-kappa <number>", "end with code 1 when agreement is under it", kappa)
  .option("--out <folder>", "write report.json and report.md there")
  .option("--from-appeals", "instead: what supervisors have decided where somebody did not agree")
  .action((options: EvaluateOptions) => runEvaluate(options, config));
addAppealCommands(program, config);
addChecklistCommands(program.command("checklist"), config);
program
  .command("mcp")
  .description("answer an AI assistant on standard input and output (Model Context Protocol)")
  .action(() => runMcp(config));
program
  .command("mcp-token")
  .argument("[name]", "whose it is, e.g. the name of the assistant")
  .description("give out a token with which an assistant may ask over HTTP about this company's calls")
  .option("--revoke <token>", "take a token back")
  .action((name: string | undefined, options: { revoke?: string }) => runMcpToken(name, options, config));
program
  .command("crm-setup")
  .description(
    "make the field in the CRM's deals and leads that BITRIX24_WRITE_BACK=field writes scores to; once",
  )
  .action(() => runCrmSetup(config));
program
  .command("backup")
  .argument("<folder>", "where the backup is, or is to be; only what has changed is copied")
  .description("copy DATA_DIR so that it can be restored; the service may run")
  .action((folder: string) => runBackup(folder, config));
program
  .command("restore")
  .argument("<folder>", "what `cqa backup` was given")
  .description("make DATA_DIR, which must be new or empty, of a backup; the service must not run")
  .option("--unfinished", "also of a backup whose last run was cut off")
  .action((folder: string, options: { unfinished?: boolean }) => runRestore(folder, options, config));
program
  .command("check-store")
  .description("try the bucket of the environment: what works there, and what to do about what does not")
  .action(() => runCheckStore(config));
program
  .command("fetch-ca")
  .description("download the Russian root certificate that SaluteSpeech needs and check its fingerprint")
  .option("--file <path>", "where to put it", "certs/russian-trusted-root-ca.pem")
  .action((options: { file: string }) => runFetchCa(options.file));

try {
  await program.parseAsync();
} catch (error) {
  if (!isOwnError(error)) throw error;
  console.error(crashLine(error));
  process.exitCode = 1;
} finally {
  closeDeps();
}
