import { type Appeal, isSameVerdict, verdictChoices } from "../../core/appeal.ts";
import type { CallRow } from "../../core/call-row.ts";
import { type AppealChoice, inRows, type ReplyButton } from "../../core/chat-choices.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import type { JudgedScorecard } from "../../core/scorecard-in-force.ts";
import type { Settings } from "../../core/settings.ts";
import { type MessageTexts, messageTextsFor } from "../../locales/messages.ts";
import { momentOf } from "./alert-text.ts";
import { minutes, shortened, whoOf } from "./digest-words.ts";

const MAX_QUOTES = 2;
/** A longer reason is kept whole, and shown so far. */
const MAX_REASON = 600;

/** What the supervisor decides by: who, which call, what the program heard, what is said against it; and a button for each decision. */
export function appealNotice(
  appeal: Appeal,
  row: CallRow,
  judged: JudgedScorecard,
  tell: string | null,
  settings: Settings,
): { blocks: string[]; buttons: ReplyButton[][] } {
  const texts = messageTextsFor(settings.locale);
  const { appeals } = texts;
  const { criterionId, at: appealedAt } = appeal;
  const criterion = judged.checklist?.criteria.find(({ id }) => id === criterionId);
  const made = judged.asJudged.verdicts.find((one) => one.criterionId === criterionId);
  const now = judged.inForce.verdicts.find((one) => one.criterionId === criterionId);
  const words = (one: Given) => verdictWords(one, criterionId, judged, texts);
  const quotes = (made?.evidence ?? [])
    .slice(0, MAX_QUOTES)
    .map(
      ({ speaker, quote, startSec }) =>
        `<i>${escapeHtml(`${texts.scorecard.speakers[speaker]}, ${minutes(startSec)}: «${quote}»`)}</i>`,
    );
  const button = (text: string, accept: AppealChoice["accept"]): ReplyButton => ({
    text: shortened(text, 50),
    asks: {
      text: "",
      at: "",
      appeal: { step: "confirm", callId: row.callId, criterionId, appealedAt, accept, tell },
    },
  });
  const verdicts = (criterion ? verdictChoices(criterion) : []).filter(
    (choice) => !now || !isSameVerdict(choice, now),
  );
  return {
    blocks: [
      `⚖️ ${bold(appeals.title(whoAppeals(appeal, texts)))}\n${callHeading(row, settings)}`,
      [
        bold(criterionName(criterionId, row, judged)),
        escapeHtml(appeals.judged(words(appeal.judged))),
        ...(now?.overridden ? [escapeHtml(appeals.now(words(now)))] : []),
        ...(made?.comment ? [escapeHtml(made.comment)] : []),
        ...quotes,
      ].join("\n"),
      escapeHtml(appeals.reason(shortened(appeal.reason, MAX_REASON))),
    ],
    buttons: [
      ...inRows(
        verdicts.map((choice) => button(capital(words(choice)), choice)),
        2,
      ),
      [button(appeals.reject, null)],
    ],
  };
}

type Given = NonNullable<AppealChoice["accept"]>;

/** As people say it: of a prohibited criterion whether the violation was heard, of one with levels the level's own words. */
export function verdictWords(
  { verdict, level }: Given,
  criterionId: string,
  { checklist }: JudgedScorecard,
  { scorecard }: MessageTexts,
): string {
  const criterion = checklist?.criteria.find(({ id }) => id === criterionId);
  if (criterion?.polarity === "prohibited" && verdict === "met") return scorecard.noViolation;
  if (criterion?.polarity === "prohibited" && verdict === "not_met") return scorecard.violation;
  const levels = criterion?.check === "semantic" ? (criterion.levels ?? []) : [];
  const text = levels.find(({ id }) => id === level)?.text;
  return text ? `${scorecard.verdicts[verdict]}: ${text}` : scorecard.verdicts[verdict];
}

export function criterionName(criterionId: string, row: CallRow, { checklist }: JudgedScorecard): string {
  const named = row.criteria.find(({ id }) => id === criterionId)?.text;
  return named ?? checklist?.criteria.find(({ id }) => id === criterionId)?.text ?? criterionId;
}

export function callHeading(row: CallRow, settings: Settings): string {
  const texts = messageTextsFor(settings.locale);
  const percent = row.percent === null ? "—" : texts.number(row.percent);
  const call = bold(`${percent} — ${whoOf(row, texts)}, ${momentOf(row, settings)}`);
  return row.checklistName ? `${call}\n${escapeHtml(row.checklistName)}` : call;
}

function whoAppeals({ by }: Appeal, { scorecard }: MessageTexts): string {
  return by.name ?? (by.role === "agent" ? (by.id ?? scorecard.people.agent) : scorecard.people.supervisor);
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

const bold = (text: string) => `<b>${escapeHtml(text)}</b>`;
