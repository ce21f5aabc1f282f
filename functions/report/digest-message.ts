import type { CallRow } from "../../core/call-row.ts";
import type { Digest } from "../../core/digest.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import type { Evidence } from "../../core/scorecard.ts";
import type { Settings } from "../../core/settings.ts";
import { type Texts, textsFor } from "../../locales/index.ts";

const BAND_SIGNS = { green: "🟢", yellow: "🟡", red: "🔴" };
const ENOUGH_TO_COMPARE = 10;

/** The digest as blocks of Telegram's HTML. Whatever people said or were named is escaped. */
export function digestMessage(digest: Digest, settings: Settings): string[] {
  const texts = textsFor(settings.locale);
  const title = `<b>${escapeHtml(texts.digest.title(longDate(digest.day, settings)))}</b>`;
  if (digest.total === 0 && digest.inProgress === 0) {
    return [`${title}\n${texts.digest.nothing}`, ...lateBlock(digest, texts)];
  }
  return [
    [title, ...headlines(digest, texts)].join("\n"),
    ...agentsBlock(digest, texts),
    ...attentionBlock(digest, settings, texts),
    ...bestBlock(digest, settings, texts),
    ...notScoredBlock(digest, texts),
    ...lateBlock(digest, texts),
  ];
}

function headlines(digest: Digest, texts: Texts): string[] {
  const { green, yellow, red } = digest.bands;
  return [
    texts.digest.scored(digest.scored, digest.total),
    ...(digest.averagePercent === null ? [] : [texts.digest.average(texts.number(digest.averagePercent))]),
    ...(digest.scored === 0 ? [] : [texts.digest.passed(digest.passed, digest.scored)]),
    ...(digest.scored === 0 ? [] : [`🟢 ${green}  🟡 ${yellow}  🔴 ${red}`]),
    ...(digest.needsReview === 0 ? [] : [texts.digest.review(digest.needsReview)]),
    ...(digest.inProgress === 0 ? [] : [texts.digest.inProgress(digest.inProgress)]),
  ];
}

function agentsBlock(digest: Digest, texts: Texts): string[] {
  if (digest.agents.length === 0) return [];
  const lines = digest.agents.map((agent) =>
    escapeHtml(
      texts.digest.agent(
        agent.name ?? agent.id ?? texts.digest.unknownAgent,
        agent.averagePercent === null ? "—" : texts.number(agent.averagePercent),
        agent.scored,
      ),
    ),
  );
  const comparable =
    digest.agents.length < 2 || digest.agents.every((agent) => agent.scored >= ENOUGH_TO_COMPARE);
  const note = comparable ? [] : [`<i>${texts.digest.smallSample}</i>`];
  return [[`<b>${texts.digest.agents}</b>`, ...lines, ...note].join("\n")];
}

function attentionBlock(digest: Digest, settings: Settings, texts: Texts): string[] {
  if (digest.attention.length === 0) return [];
  const calls = digest.attention.map((row) => {
    const { worst } = row;
    if (!worst) return callLine(row, settings, texts);
    const what = row.autoFailed
      ? texts.digest.autoFail(worst.criterion)
      : texts.digest.failedCriterion(worst.criterion);
    return [callLine(row, settings, texts), escapeHtml(what), ...quoteLine(worst.evidence, texts)].join("\n");
  });
  return [`<b>${texts.digest.attention}</b>\n${calls.join("\n")}`];
}

function bestBlock({ best }: Digest, settings: Settings, texts: Texts): string[] {
  if (!best) return [];
  const lines = [callLine(best, settings, texts), ...quoteLine(best.best?.evidence ?? null, texts)];
  return [[`<b>${texts.digest.best}</b>`, ...lines].join("\n")];
}

function notScoredBlock(digest: Digest, texts: Texts): string[] {
  if (digest.notScored.length === 0) return [];
  const lines = digest.notScored.map(({ code, calls }) => escapeHtml(texts.digest.reason(code, calls)));
  return [[`<b>${texts.digest.notScored}</b>`, ...lines].join("\n")];
}

function lateBlock({ late }: Digest, texts: Texts): string[] {
  if (late.calls === 0) return [];
  const percent = late.averagePercent === null ? null : texts.number(late.averagePercent);
  return [texts.digest.late(late.calls, percent)];
}

function callLine(row: CallRow, settings: Settings, texts: Texts): string {
  const time = new Intl.DateTimeFormat(settings.locale, {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: settings.timeZone,
  }).format(new Date(row.startedAt));
  const who =
    row.agentName ?? (row.title === null ? texts.digest.unknownAgent : texts.digest.upload(row.title));
  const percent = row.percent === null ? "—" : texts.number(row.percent);
  return `${row.band ? `${BAND_SIGNS[row.band]} ` : ""}${escapeHtml(texts.digest.call(time, who, percent))}`;
}

function quoteLine(evidence: Evidence | null, texts: Texts): string[] {
  return evidence ? [escapeHtml(texts.digest.quote(evidence.quote, minutes(evidence.startSec)))] : [];
}

/** 74.5 → 1:14 */
export function minutes(sec: number): string {
  const whole = Math.floor(sec);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The weekday stands behind: «за 20 ноября, пятница» needs no declension. */
function longDate(day: string, { locale }: Settings): string {
  const date = new Date(`${day}T12:00:00Z`);
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(date);
  return `${format({ day: "numeric", month: "long" })}, ${format({ weekday: "long" })}`;
}
