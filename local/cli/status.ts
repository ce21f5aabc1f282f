import { indexDayPrefix, indexRowKey } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { CallRow } from "../../core/call-row.ts";
import type { Config } from "../../core/config.ts";
import type { DeadLetter, QueueStats } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson } from "../../core/store-json.ts";
import { type BusEvent, readEvent } from "../../events/catalog.ts";
import { pipeline, type StageName, stageNames } from "../../events/pipeline.ts";
import { base, settingsOf } from "../../functions/deps.ts";
import { textsFor } from "../../locales/index.ts";

const SHOWN_DEAD_LETTERS = 10;

/** Shows where calls are, what is stuck and why as far as that can be known, and how the calls of today ended. */
export async function runStatus({ tenant }: Config): Promise<void> {
  const { store, queue, clock } = base();
  const stats = await Promise.all(
    stageNames.map(async (stage) => ({ stage, ...(await queue.stats(stage)) })),
  );
  console.log(table(stats));
  for (const { stage, dead } of stats) {
    if (dead === 0) continue;
    const letters = await queue.deadLetters(stage, SHOWN_DEAD_LETTERS);
    console.log(`\n${dead} dead ${dead === 1 ? "letter" : "letters"} of ${stage}, oldest first:`);
    for (const letter of letters) console.log(`  ${await describe(stage, letter, store, clock.now())}`);
    if (dead > letters.length) console.log(`  and ${dead - letters.length} more`);
    console.log(`  Once the cause that the service's log names is mended: npx cqa redrive ${stage}`);
  }
  const day = dayIn((await settingsOf(tenant)).timeZone, clock.now());
  console.log(`\n${await today(day, tenant, store)}`);
}

function table(stats: readonly ({ stage: StageName } & QueueStats)[]): string {
  const rows = [
    ["stage", "waiting", "waiting until later", "in work", "dead letters"],
    ...stats.map(({ stage, visible, delayed, inFlight, dead }) =>
      [stage, visible, delayed, inFlight, dead].map(String),
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
    ...(event.type === "digest.due" ? [] : await endedSince(event, store)),
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

async function endedSince({ tenant, subject }: BusEvent, store: Store): Promise<string[]> {
  const row = (await readJson(store, indexRowKey(tenant, subject), CallRow))?.value;
  if (!row) return [];
  return [`the call has ended since, ${row.status}${row.code === null ? "" : `, ${row.code}`}`];
}

async function today(day: string, tenant: string, store: Store): Promise<string> {
  const rows: CallRow[] = [];
  for await (const { key } of store.list(indexDayPrefix(tenant, day))) {
    const row = await readJson(store, key, CallRow);
    if (row) rows.push(row.value);
  }
  if (rows.length === 0) return `Today, ${day}: no call has come to an end yet`;
  const scored = rows.filter((row) => row.status === "scored");
  const toReview = scored.filter((row) => row.needsReview).length;
  const reasons = Map.groupBy(
    rows.filter((row) => row.status !== "scored"),
    (row) => row.code ?? "unknown",
  );
  const texts = textsFor("en").digest;
  return [
    `Today, ${day}: ${scored.length} of ${rows.length} calls scored, ${toReview} to review`,
    ...[...reasons].map(([code, calls]) => `  not scored, ${texts.reason(code, calls.length)}`),
  ].join("\n");
}

function age(now: Date, then: Date): string {
  const sec = Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000));
  if (sec < 60) return `${sec} s`;
  if (sec < 3600) return `${Math.floor(sec / 60)} min`;
  if (sec < 48 * 3600) return `${Math.floor(sec / 3600)} h`;
  return `${Math.floor(sec / 86_400)} days`;
}
