import { dayIn } from "../../core/call.ts";
import type { Config } from "../../core/config.ts";
import { daysBetween } from "../../core/days.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { lastDays, retentionOf } from "../../core/removal.ts";
import { openSweep } from "../../functions/deps.ts";
import { backfillDays } from "./backfill-days.ts";
import { backfillProgress } from "./backfill-progress.ts";

export interface BackfillOptions {
  from: string;
  to: string;
  rate: number;
  again?: boolean;
}

const MOST_DAYS = 366;

/** Has the calls of past days fetched and scored, slowly enough that live calls do not wait. */
export async function runBackfill(options: BackfillOptions, { tenant }: Config): Promise<void> {
  const ports = await openSweep();
  const settings = await ports.settingsOf(tenant);
  const today = dayIn(settings.timeZone, ports.clock.now());
  const days = readDays(options, today);
  assertKept(options.from, lastDays(retentionOf(settings), today).text);
  const progress = backfillProgress(days.length, process.stderr, ports.clock);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  // Once; a second Ctrl-C ends the process as it always does.
  process.once("SIGINT", stop);
  try {
    const plan = { days, callsPerMinute: options.rate, again: options.again ?? false, settings };
    await backfillDays(plan, ports, progress, stopping.signal);
  } finally {
    process.removeListener("SIGINT", stop);
    progress.end();
    const { found, announced, known, toScore, minutesToScore, daysPassedOver } = progress.totals;
    console.log(
      [
        `${found} calls found: ${announced} announced now, ${known} known before.`,
        ...(toScore > 0 ? [`To be scored: ${toScore} calls, ${minutesToScore} min of sound.`] : []),
        ...(daysPassedOver > 0
          ? [
              `${daysPassedOver} days were fetched before and passed over; --again looks through them once more.`,
            ]
          : []),
        ...droppedRows(ports.takeDroppedRows()),
      ].join("\n"),
    );
  }
  if (stopping.signal.aborted) {
    console.log("Stopped. The same command goes on from here.");
    process.exitCode = 130;
  }
}

function readDays({ from, to }: BackfillOptions, today: string): string[] {
  const days = daysBetween(from, to);
  if (days.length === 0) throw new ConfigurationError("cli.malformed", "--from must not be after --to");
  if (to > today) throw new ConfigurationError("cli.malformed", `--to must not be after today, ${today}`);
  if (days.length > MOST_DAYS)
    throw new ConfigurationError("cli.malformed", `at most ${MOST_DAYS} days at once, not ${days.length}`);
  return days;
}

/** They would be ended without being heard, one by one. */
function assertKept(from: string, lastRemoved: string | null): void {
  if (lastRemoved !== null && from <= lastRemoved)
    throw new ConfigurationError(
      "cli.malformed",
      `by RETENTION_DAYS nothing is kept of calls until ${lastRemoved}: --from must be after it`,
    );
}

function droppedRows(count: number): string[] {
  return count === 0
    ? []
    : [`The portal sent ${count} rows that were not asked for or cannot be read; they were left out.`];
}
