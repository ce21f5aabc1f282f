import { join } from "node:path";
import type { CallRow } from "../../core/call-row.ts";

/** What the demo shows as it goes. */

const isTerminal = process.stdout.isTTY === true;
const paint = (code: number) => (text: string) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
const dim = paint(2);
const bold = paint(1);
const colours = { green: paint(32), yellow: paint(33), red: paint(31) };

export function say(line: string): void {
  console.log(line);
}

export function printCall(row: CallRow, done: number, total: number): void {
  const time = new Intl.DateTimeFormat("ru", { timeStyle: "short", timeZone: "Europe/Moscow" }).format(
    new Date(row.startedAt),
  );
  const who = (row.agentName ?? row.title ?? "—").padEnd(22);
  const count = dim(`[${String(done).padStart(String(total).length)}/${total}]`);
  say(`${count} ${time}  ${who}  ${resultOf(row)}`);
}

function resultOf(row: CallRow): string {
  if (row.status !== "scored") return dim(`${row.status}: ${row.code}`);
  const paintBand = row.band ? colours[row.band] : dim;
  const notes = [
    ...(row.autoFailed ? ["critical violation"] : []),
    ...(row.needsReview ? ["needs review"] : []),
  ];
  return `${paintBand(`${row.percent ?? "—"} / 100`)}${notes.length > 0 ? `  ${dim(notes.join(", "))}` : ""}`;
}

/** Of several alerts the first: the others look like it. */
export function printAlerts(alerts: readonly string[]): void {
  const [first] = alerts;
  if (first === undefined) return;
  const others = alerts.length === 1 ? "" : `, one of ${alerts.length}`;
  printFramed(`Told at once, as Telegram shows it${others}`, first);
}

export function printDigest(text: string): void {
  printFramed("The digest, as Telegram shows it", text);
}

function printFramed(title: string, text: string): void {
  say(`\n${bold(title)}`);
  const width = 72;
  say(dim(`┌${"─".repeat(width)}`));
  for (const line of text.split("\n")) say(`${dim("│")} ${line}`);
  say(dim(`└${"─".repeat(width)}`));
}

export function printEnd(dataDir: string, day: string, begun: number): void {
  say("\nEverything it wrote is plain files:");
  for (const path of [
    "bucket/calls/default/",
    `bucket/reports/default/${day}/digest.json`,
    `bucket/reports/default/${day}/digest.pdf`,
    `bucket/reports/default/${day}/digest.xlsx`,
    "bucket/checklists/default/first-sale/1.json",
    "scorecard.html",
    "service.log",
  ]) {
    say(`  ${join(dataDir, path)}`);
  }
  say(dim(`${((Date.now() - begun) / 1000).toFixed(1)} s`));
}
