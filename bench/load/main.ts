import { rm } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { aligned, figure } from "../table.ts";
import { countRequests, type RequestCounts } from "./count-requests.ts";
import { runDay } from "./day-run.ts";
import { describeDay } from "./print-day.ts";
import { showProgress } from "./progress.ts";

/**
 * `npm run load-test [-- <calls>]`: a large company's day through the real service, in minutes. Exits non-zero when a call was lost,
 * came twice or was paid for twice; a growth that is over its mark is printed and no failure, since the machine decides too.
 */

const USUAL_CALLS = 18_000;
const SPEED = { least: 5, most: 60 };
const SAMPLE_EVERY_MS = 1000;
const REQUESTS = { calls: 200, speed: 20 };
const DATA_DIR = ".data-load";

const calls = Number(process.argv[2] ?? USUAL_CALLS);
if (!Number.isInteger(calls) || calls < 1) {
  console.error("How many calls? For example: npm run load-test -- 500");
  process.exit(1);
}

const busyBefore = loadavg()[0] ?? 0;
const progress = showProgress(process.stdout);
const record = await runDay({
  calls,
  speed: SPEED,
  dataDir: DATA_DIR,
  sampleEveryMs: SAMPLE_EVERY_MS,
  onSample: progress.show,
});
progress.clear();
console.log(`\n${describeDay(record)}\n`);
console.log(requestTable(await countRequests({ ...REQUESTS, dataDir: `${DATA_DIR}-requests` })));
console.log(
  `\n${availableParallelism()} cores, ${figure(busyBefore)} busy before, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
);
const { problems } = record.checked;
if (problems.length > 0) {
  console.error(`\nNot as it must be:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  console.error(`What is left of it lies in ${DATA_DIR}.`);
  process.exit(1);
}
await rm(DATA_DIR, { recursive: true, force: true });
console.log("Every call has one row, was paid for once, and is counted by the digest.");

function requestTable({ calls: counted, s3, sqs }: RequestCounts): string {
  const rows = (service: string, counts: ReadonlyMap<string, number>) =>
    [...counts]
      .sort(([, one], [, other]) => other - one)
      .map(([operation, count]) => [`${service} ${operation}`, String(count), figure(count / counted)]);
  return aligned([
    [`requests of ${counted} calls on the wire`, "all", "per call"],
    ...rows("S3", s3),
    ...rows("SQS", sqs),
  ]);
}
