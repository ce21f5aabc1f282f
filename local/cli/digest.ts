import { InvalidArgumentError } from "commander";
import { plainText } from "../../adapters/notify/telegram-html.ts";
import { dayIn } from "../../core/call.ts";
import { CallQueryError } from "../../core/call-query.ts";
import { comparableText } from "../../core/call-row.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { Report, ReportPeriod } from "../../core/report.ts";
import { dayPeriod, rangePeriod, readPeriodName } from "../../core/report-period.ts";
import type { Settings } from "../../core/settings.ts";
import { openReport } from "../../functions/deps.ts";
import { keepReport } from "../../functions/report/digest.ts";
import { digestMessage } from "../../functions/report/digest-message.ts";
import { agentMessage } from "../../functions/report/digest-message-agent.ts";
import { makeReport } from "../../functions/report/make-report.ts";

export interface DigestOptions {
  day?: string;
  week?: ReportPeriod;
  month?: ReportPeriod;
  from?: string;
  to?: string;
  agent?: string;
  print?: boolean;
}

/** Reads `2026-W47` or `2026-11`. */
export function namedPeriod(kind: "week" | "month", example: string) {
  return (value: string): ReportPeriod => {
    const period = readPeriodName(value);
    if (period?.kind === kind) return period;
    throw new InvalidArgumentError(`a ${kind} like ${example} is expected.`);
  };
}

/** Makes the digest of a period now. Asked for by a person, it is sent every time; the scheduled one is sent once. */
export async function runDigest(options: DigestOptions, { tenant }: Config): Promise<void> {
  const ports = await openReport();
  const settings = await ports.settingsOf(tenant);
  const period = periodOf(options, dayIn(settings.timeZone, ports.clock.now()));
  const report = await makeReport({ tenant, period, ports }).catch((error: unknown) => {
    throw error instanceof CallQueryError ? new ConfigurationError("digest.period", error.message) : error;
  });
  const blocks =
    options.agent === undefined ? digestMessage(report, settings) : ofAgent(report, options.agent, settings);
  if (!blocks) {
    process.exitCode = 1;
    return;
  }
  console.log(plainText(blocks.join("\n\n")));
  if (options.print) return;
  const telegram = await ports.notifier();
  await telegram?.send({ blocks });
  if (options.agent === undefined) await keepReport(ports.store, report);
  console.error(telegram ? "sent to Telegram" : "TELEGRAM_BOT_TOKEN is off: the digest was not sent");
}

function periodOf({ day, week, month, from, to }: DigestOptions, today: string): ReportPeriod {
  const named = [
    ...(day === undefined ? [] : [dayPeriod(day)]),
    ...(week ? [week] : []),
    ...(month ? [month] : []),
    ...(from === undefined ? [] : [rangePeriod(from, to ?? today)]),
  ];
  if (named.length > 1 || (to !== undefined && from === undefined))
    throw new ConfigurationError(
      "digest.period",
      "name one period: --day, --week, --month, or --from and --to",
    );
  return named[0] ?? dayPeriod(today);
}

/** By the whole name, a part of it that only one has, or the id. Undefined when that is nobody, or not clear. */
function ofAgent(report: Report, name: string, settings: Settings): string[] | undefined {
  const wanted = comparableText(name);
  const known = report.agents.flatMap(({ id, name: full }) =>
    id === null ? [] : [{ id, name: full ?? id }],
  );
  const exact = known.filter((agent) => comparableText(agent.name) === wanted || agent.id === name);
  const found =
    exact.length > 0 ? exact : known.filter((agent) => comparableText(agent.name).includes(wanted));
  const [only] = found;
  if (found.length === 1 && only) return agentMessage(report, only.id, settings);
  const shown = found.length > 1 ? found : known;
  console.error(
    found.length > 1
      ? "several agents are called so, give the whole name or the id:"
      : "no agent of that name has calls in this time; these have:",
  );
  for (const agent of shown) console.error(`  ${agent.id}  ${agent.name}`);
  return undefined;
}
