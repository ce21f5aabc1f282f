import { existsSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { ConfigurationError, isOwnError } from "../../core/errors.ts";
import { closeDeps, configure } from "../../functions/deps.ts";
import { runDigest } from "./digest.ts";
import { runFetchCa } from "./fetch-ca.ts";
import { runRedrive, runStatus } from "./queues.ts";
import { runTry } from "./try.ts";
import { runUpload } from "./upload.ts";

/** `npx cqa`: the operator's commands, on the bucket and queues of the environment or `.env`. */

if (existsSync(".env")) process.loadEnvFile(".env");
const config = configure({ env: process.env });

const day = (value: string): string => {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))) return value;
  throw new InvalidArgumentError("a day like 2026-11-20 is expected.");
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
  .description("show the queues: waiting, in work, dead letters with their reasons")
  .action(() => runStatus());
program
  .command("redrive")
  .argument("[stage]", "ingest, transcribe, score or report; all of them when left out")
  .description("send dead letters through their stage again")
  .action((stage?: string) => runRedrive(stage));
program
  .command("digest")
  .description("make the digest of a day, print it and send it to Telegram")
  .option("--day <yyyy-mm-dd>", "in the company's time zone; today when left out", day)
  .option("--print", "only print it")
  .action((options: { day?: string; print?: boolean }) => runDigest(options, config));
program
  .command("try")
  .argument("<checklist>", "checklist JSON")
  .argument("<transcript>", "transcript JSON")
  .description("score one transcript by one checklist and print the scorecard; stores and sends nothing")
  .action((checklist: string, transcript: string) => runTry(checklist, transcript, config));
program
  .command("fetch-ca")
  .description("download the Russian root certificate that SaluteSpeech needs and check its fingerprint")
  .option("--file <path>", "where to put it", "certs/russian-trusted-root-ca.pem")
  .action((options: { file: string }) => runFetchCa(options.file));

try {
  await program.parseAsync();
} catch (error) {
  if (!isOwnError(error)) throw error;
  console.error(error instanceof ConfigurationError ? error.message : `${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  closeDeps();
}
