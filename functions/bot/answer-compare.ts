import type { Question } from "../../core/ask/asked.ts";
import type { Period } from "../../core/ask/period.ts";
import { lastDays } from "../../core/period-query.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import type { Average, Report } from "../../core/report.ts";
import { rounded } from "../../core/report-numbers.ts";
import { saidBlocks } from "../report/digest-message-calls.ts";
import { wordsFor } from "../report/digest-words.ts";
import { answerTeam, reportOf } from "./answer-report.ts";
import { bold, italic, periodWords } from "./answer-words.ts";
import { agentIdsOf } from "./people.ts";
import type { Asking, Reply } from "./reply.ts";

const DAYS = 7;

/** Two periods with each other; of people, their lines side by side. A difference says whether it may be chance. */
export async function answerCompare(question: Question, asking: Asking): Promise<Reply> {
  const { settings, texts } = asking;
  const other = question.period?.comparedTo;
  if (!question.period || !other) return answerTeam(question, asking);
  const ids = agentIdsOf(question.people, asking);
  const [now, before] = await Promise.all([reportOf(question.period, asking), reportOf(other, asking)]);
  const line = (period: Period, average: Average) =>
    escapeHtml(
      texts.bot.periodAverage(
        periodWords(period, settings, texts),
        average.percent === null ? "—" : texts.number(average.percent),
        average.margin === null ? null : texts.number(average.margin),
        average.of,
      ),
    );
  const pairs = (ids ?? [null]).map((id) => {
    const [one, two] = [averageIn(now, id), averageIn(before, id)];
    const name = id === null ? [] : [bold(nameIn(now, id) ?? nameIn(before, id) ?? id)];
    return [
      ...name,
      line(question.period as Period, one),
      line(other, two),
      italic(verdict(one, two, asking)),
    ].join("\n");
  });
  return { blocks: pairs };
}

const none: Average = { percent: null, of: 0, margin: null, change: null };

function averageIn(report: Report, agentId: string | null): Average {
  if (agentId === null) return report.totals.average;
  return report.agents.find(({ id }) => id === agentId)?.average ?? none;
}

function nameIn(report: Report, agentId: string): string | null | undefined {
  return report.agents.find(({ id }) => id === agentId)?.name;
}

/** The margin of a difference: the two are independent. */
function verdict(one: Average, two: Average, { texts }: Asking): string {
  if (one.percent === null || two.percent === null) return texts.bot.nothingToCompare;
  const difference = rounded(one.percent - two.percent, 1);
  const margin =
    one.margin === null || two.margin === null ? null : Math.sqrt(one.margin ** 2 + two.margin ** 2);
  return texts.bot.difference(difference, margin === null || Math.abs(difference) <= margin);
}

/** What clients objected, and what stayed without an answer. */
export async function answerObjections(question: Question, asking: Asking): Promise<Reply> {
  const { settings, texts, now } = asking;
  const period = question.period ?? lastDays(DAYS, settings.timeZone, now);
  const report = await reportOf(period, asking);
  const ids = agentIdsOf(question.people, asking);
  const isAll = ids === undefined || asking.scope.kind === "agent";
  const words = wordsFor(report.period, settings);
  const blocks = isAll ? saidBlocks({ ...report, nextSteps: [] }, words) : [];
  const named = new Set(ids?.map((id) => asking.staff.find((member) => member.id === id)?.name));
  const theirs = isAll ? [] : report.unhandled.filter(({ agentName }) => named.has(agentName ?? undefined));
  const lines = theirs.map(({ agentName, quote, category }) =>
    escapeHtml(`${agentName ?? ""}: ${quote === null ? category : `«${quote}»`}`),
  );
  const shown = [
    ...blocks,
    ...(lines.length > 0 ? [`${bold(texts.bot.unanswered)}\n${lines.join("\n")}`] : []),
  ];
  return { blocks: shown.length === 0 ? [texts.bot.noObjections] : shown };
}
