import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { countDeployment } from "./deployment.ts";
import { play, RECORDING_BYTES_PER_SEC } from "./play.ts";
import { prices } from "./prices.ts";
import {
  bars,
  describeBills,
  describeGoals,
  describeIdle,
  describeObjects,
  describePrices,
  describeRequests,
  describeRuns,
  describeVendors,
  GOALS_AT,
  sums,
} from "./print.ts";
import { type MonthlyBill, reckon } from "./reckon.ts";

/**
 * `npm run cost [-- --write]`: plays calls at three rates as Lambda would run them, counts what they ask of AWS, and prints the bill;
 * `--write` puts it into docs/cost.md. A missed goal is printed and no failure.
 */

/** How many calls are played at how many a day. */
const plays = [
  { calls: 30, callsPerDay: 100 },
  { calls: 120, callsPerDay: GOALS_AT },
  { calls: 240, callsPerDay: 18_000 },
];
const BUSIEST_REQUESTS = 14;
const FIVE_MINUTES_SEC = 300;
/** AWS's sample Post Call Analytics on a call of five minutes, recognition included (docs/cost.md names the source). */
const POST_CALL_ANALYTICS = { least: 0.144, most: 0.171 };
const PAGE = join(import.meta.dirname, "..", "..", "docs", "cost.md");
const MARKERS = ["<!-- cost: begin -->", "<!-- cost: end -->"] as const;

const deployment = countDeployment();
const idle = reckon(await play(0, GOALS_AT), deployment);
const counted = [];
for (const { calls, callsPerDay } of plays) {
  console.error(`${calls} calls as they come at ${callsPerDay} a day …`);
  counted.push(await play(calls, callsPerDay));
}
const bills = counted.map((each) => reckon(each, deployment));
const at = bills.findIndex(({ callsPerDay }) => callsPerDay === GOALS_AT);
const atGoal = { counted: counted[at]!, bill: bills[at]! };

const parts = [
  describeRequests(counted),
  describeRuns(atGoal.counted),
  describeObjects(atGoal.counted, BUSIEST_REQUESTS),
  describeBills(bills),
  describeIdle(idle),
  describeGoals(atGoal.bill, idle),
  describeVendors(atGoal.counted, atGoal.bill),
  describeFiveMinutes(atGoal.bill),
  describePrices([...bills.flatMap(({ perCall, fixed }) => [perCall, fixed])]),
];
const text = parts.join("\n\n");
console.log(text);
if (process.argv.includes("--write")) await writeInto(text);

/** The own part of a call as long as the one that AWS's sample reckons with: more is sent and kept, all else is as in any call. */
function describeFiveMinutes(bill: MonthlyBill): string {
  const { total, calls } = sums(bill);
  const averageSec = ((bill.perCall.get("speechMinute") ?? 0) * 60) / 2;
  const moreBytes = (FIVE_MINUTES_SEC - averageSec) * RECORDING_BYTES_PER_SEC;
  const own = total / calls + moreBytes * (prices.byteOut.each + prices.s3Byte.each);
  return [
    `a call of five minutes at ${bill.callsPerDay.toLocaleString("en")} a day; ours without its vendors`,
    "",
    bars([
      ["ours", own],
      ["AWS's Post Call Analytics, least", POST_CALL_ANALYTICS.least],
      ["AWS's Post Call Analytics, most", POST_CALL_ANALYTICS.most],
    ]),
  ].join("\n");
}

async function writeInto(printed: string): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const [begin, end] = MARKERS.map((marker) => page.indexOf(marker));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`docs/cost.md has no ${MARKERS.join(" … ")}`);
  const head = page.slice(0, begin + MARKERS[0].length);
  await writeFile(PAGE, `${head}\n\n\`\`\`text\n${printed}\n\`\`\`\n\n${page.slice(end)}`);
}
