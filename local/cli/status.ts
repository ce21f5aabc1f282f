import { indexRowKey, waitingKey } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { CallRow } from "../../core/call-row.ts";
import type { Config } from "../../core/config.ts";
import { daysBetween } from "../../core/days.ts";
import type { DeadLetter, QueueStats } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson } from "../../core/store-json.ts";
import { describeConditionalWrites } from "../../core/store-probe.ts";
import { readVendorHealth, type VendorHealth } from "../../core/vendor-health.ts";
import { Waiting } from "../../core/waiting.ts";
import { type BusEvent, isAboutCall, readEvent } from "../../events/catalog.ts";
import { pipeline, type StageName, stageNames } from "../../events/pipeline.ts";
import { base, conditionalWrites, settingsOf } from "../../functions/deps.ts";
import { age } from "./age.ts";
import { dayLines, sweepLines } from "./status-calls.ts";
import { unclaimedLines } from "./status-unclaimed.ts";

const SHOWN_DEAD_LETTERS = 10;
/** Recordings come hours late, and the portal's statistics are looked through two days back. */
const EARLIER_DAYS = 2;

/** Shows where calls are, which vendor is left alone, what is dead and why, and how the calls of the last days stand. */
export async function runStatus({ tenant, s3 }: Config): Promise<void> {
  const { store, queue, clock } = base();
  const stats = await Promise.all(
    stageNames.map(async (stage) => ({
      stage,
      ...(await queue.stats(stage)),
      since: await queue.waitingSince(stage),
    })),
  );
  console.log(table(stats, clock.now()));
  // The embedded bucket holds them, and a command that only looks should not try it by writing.
  const writes = s3 && describeConditionalWrites(await conditionalWrites());
  if (writes?.meaning !== undefined)
    console.log(`\nconditional writes are ${writes.state}: ${writes.meaning}`);
  for (const health of await readVendorHealth(store, tenant)) {
    const line = vendorLine(health, clock.now());
    if (line) console.log(`\n${line}`);
  }
  for (const { stage, dead } of stats) {
    if (dead === 0) continue;
    const letters = await queue.deadLetters(stage, SHOWN_DEAD_LETTERS);
    console.log(`\n${dead} dead ${dead === 1 ? "letter" : "letters"} of ${stage}, oldest first:`);
    for (const letter of letters) console.log(`  ${await describe(stage, letter, store, clock.now())}`);
    if (dead > letters.length) console.log(`  and ${dead - letters.length} more`);
    console.log(`  Once the cause is mended: npx cqa redrive ${stage}`);
  }
  const { timeZone } = await settingsOf(tenant);
  const now = clock.now();
  const days = daysBetween(
    dayIn(timeZone, new Date(now.getTime() - EARLIER_DAYS * 86_400_000)),
    dayIn(timeZone, now),
  );
  console.log("\nCalls by day, the latest first");
  for (const day of days.reverse()) console.log((await dayLines(day, tenant, store)).join("\n"));
  console.log(`\n${(await sweepLines(tenant, store, now)).join("\n")}`);
  const unclaimed = await unclaimedLines(tenant, store);
  if (unclaimed.length > 0) console.log(`\n${unclaimed.join("\n")}`);
}

function table(stats: readonly ({ stage: StageName; since: Date | null } & QueueStats)[], now: Date): string {
  const rows = [
    ["stage", "waiting", "for", "waiting until later", "in work", "dead letters"],
    ...stats.map(({ stage, visible, since, delayed, inFlight, dead }) =>
      [stage, visible, since ? age(now, since) : "", delayed, inFlight, dead].map(String),
    ),
  ];
  const widths = rows[0]?.map((title) => Math.max(title.length, 10)) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  "),
    )
    .join("\n");
}

/** Which vendor is left alone and why; undefined when it is well. */
function vendorLine(
  { vendor, state, problem, since, until, failures }: VendorHealth,
  now: Date,
): string | undefined {
  if (state === "well") return undefined;
  const waitMs = Date.parse(until) - now.getTime();
  const next = waitMs > 0 ? `asked again in ${age(new Date(until), now)}` : "asked again with the next call";
  const tried = `${failures} ${failures === 1 ? "attempt" : "attempts"} in vain`;
  return `${vendor} is ${state} for ${age(now, new Date(since))}: ${problem}; ${tried}, ${next}`;
}

/** Ids, types and ages; never the body: a bucket's notification holds a file's name. */
async function describe(stage: StageName, letter: DeadLetter, store: Store, now: Date): Promise<string> {
  const sent = `sent ${age(now, letter.sentAt)} ago`;
  const event = eventOf(letter.body);
  if (typeof event === "string") return `${event}, ${sent}`;
  const happenedAt = new Date(event.time);
  const isTooOld = (now.getTime() - happenedAt.getTime()) / 1000 > pipeline[stage].giveUpAfterSec;
  const reasons = [
    isTooOld
      ? `waited longer than ${pipeline[stage].giveUpAfterSec / 3600} h`
      : `failed ${pipeline[stage].maxReceiveCount} times`,
    ...(isAboutCall(event)
      ? [...(await lastFailure(event, stage, store)), ...(await endedSince(event, store))]
      : []),
  ];
  return `${event.subject}, ${event.type}, ${age(now, happenedAt)} old, ${sent}: ${reasons.join("; ")}`;
}

/** An event, or in words what else it is. */
function eventOf(body: string): BusEvent | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return "a message that is not JSON";
  }
  if (typeof json === "object" && json !== null && "Records" in json) return "a notification of the bucket";
  try {
    return readEvent(json);
  } catch {
    return "an event that this version cannot read";
  }
}

/** What the stage said when it failed last. */
async function lastFailure({ tenant, subject }: BusEvent, stage: StageName, store: Store): Promise<string[]> {
  const sign = (await readJson(store, waitingKey(tenant, subject), Waiting))?.value;
  if (sign?.stage !== stage) return [];
  return [sign.problem === null ? sign.code : `${sign.code}, ${sign.problem}`];
}

async function endedSince({ tenant, subject }: BusEvent, store: Store): Promise<string[]> {
  const row = (await readJson(store, indexRowKey(tenant, subject), CallRow))?.value;
  if (!row) return [];
  return [`the call has ended since, ${row.status}${row.code === null ? "" : `, ${row.code}`}`];
}
