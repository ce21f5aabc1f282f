import type { Appeal } from "../../core/appeal.ts";
import type { Checklist, Criterion } from "../../core/checklist.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import type { Evidence, PersonRole, Scorecard, Verdict, VerdictValue } from "../../core/scorecard.ts";
import type { Transcript } from "../../core/transcript.ts";
import { type MessageTexts, messageTextsFor } from "../../locales/messages.ts";
import { minutes } from "./digest-words.ts";

export interface ScorecardPage {
  scorecard: Scorecard;
  checklist: Checklist;
  transcript: Transcript;
  /** Where the page finds the recording, relative to itself; null when it is kept no longer. */
  audio: string | null;
  /** Who and when, in the reader's words. */
  heading: string;
  /** What people have said against it. */
  review?: PageReview;
}

export interface PageReview {
  asJudged: Scorecard;
  appeals: readonly Appeal[];
  /** A moment in the reader's words and time zone. */
  moment(at: string): string;
}

/**
 * One scorecard as a page without any script from elsewhere: every verdict opens to its quotes, and a click on a second plays the
 * recording from there.
 */
export function scorecardPage(page: ScorecardPage): string {
  const { scorecard, checklist, transcript, audio, heading, review } = page;
  const texts = messageTextsFor(checklist.language);
  const { scorecard: words } = texts;
  const percent = scorecard.percent === null ? "—" : texts.number(scorecard.percent);
  const verdicts = checklist.criteria.flatMap((criterion) => {
    const verdict = scorecard.verdicts.find(({ criterionId }) => criterionId === criterion.id);
    return verdict ? [verdictBlock(criterion, verdict, texts, review)] : [];
  });
  return `<!doctype html>
<html lang="${checklist.language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(words.title(percent))}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(words.title(percent))}</h1>
<p class="who">${escapeHtml(heading)} · ${escapeHtml(checklist.name)}</p>
${scorecard.autoFailedBy !== null && scorecard.rawPercent !== null ? `<p class="bad">${escapeHtml(words.capped(texts.number(scorecard.rawPercent)))}</p>` : ""}
${changedLine(scorecard, review, texts)}
${scorecard.needsReview ? `<p class="review">${escapeHtml(words.review)}</p>` : ""}
${audio === null ? "" : `<audio id="audio" controls preload="metadata" src="${attribute(audio)}"></audio>`}
${fact(words.summary, scorecard.summary)}
${fact(words.need, scorecard.clientNeed)}
${scorecard.nextStep ? fact(words.nextStep, scorecard.nextStep.agreed ? scorecard.nextStep.text : words.noNextStep) : ""}
${verdicts.join("\n")}
<details><summary>${escapeHtml(words.transcript)}</summary>
${transcript.turns.map((turn) => `<p class="turn ${turn.speaker}">${second(turn.startSec, texts)} <b>${escapeHtml(words.speakers[turn.speaker])}:</b> ${escapeHtml(turn.text)}</p>`).join("\n")}
</details>
<script>
for (const button of document.querySelectorAll("button[data-sec]")) {
  button.addEventListener("click", () => {
    const audio = document.getElementById("audio");
    if (!audio) return;
    audio.currentTime = Number(button.dataset.sec);
    audio.play();
  });
}
</script>
</html>
`;
}

function changedLine({ percent }: Scorecard, review: PageReview | undefined, texts: MessageTexts): string {
  const before = review?.asJudged.percent;
  if (before === undefined || before === percent) return "";
  const was = before === null ? "—" : texts.number(before);
  return `<p class="review">${escapeHtml(texts.scorecard.changed(was))}</p>`;
}

function verdictWord({ polarity }: Criterion, verdict: VerdictValue, texts: MessageTexts): string {
  const { scorecard: words } = texts;
  if (polarity === "prohibited" && verdict === "met") return words.noViolation;
  if (polarity === "prohibited" && verdict === "not_met") return words.violation;
  return words.verdicts[verdict];
}

function verdictBlock(
  criterion: Criterion,
  verdict: Verdict,
  texts: MessageTexts,
  review: PageReview | undefined,
): string {
  const { scorecard: words } = texts;
  const shown = verdictWord(criterion, verdict.verdict, texts);
  return `<details class="verdict ${verdict.verdict}">
<summary><span class="text">${escapeHtml(criterion.text)}</span> <span class="mark">${escapeHtml(shown)}</span> <small>${escapeHtml(words.weight(texts.number(verdict.weight)))}</small></summary>
${verdict.comment ? `<p>${escapeHtml(verdict.comment)}</p>` : ""}
${verdict.evidence.map((evidence) => quoteBlock(evidence, texts)).join("\n")}
${review ? reviewBlock(criterion, verdict, texts, review) : ""}
${verdict.advice ? `<p class="advice"><b>${escapeHtml(words.advice)}:</b> ${escapeHtml(verdict.advice)}</p>` : ""}
</details>`;
}

/** What the program had said with its quotes, and who did not agree. */
function reviewBlock(
  criterion: Criterion,
  { overridden }: Verdict,
  texts: MessageTexts,
  { appeals, moment }: PageReview,
): string {
  const { scorecard: words } = texts;
  const who = (role: PersonRole, name: string | null) =>
    name === null ? words.people[role] : `${words.people[role]} ${name}`;
  const line = (text: string) => `<p class="review">${escapeHtml(text)}</p>`;
  const asked = appeals.filter(({ criterionId }) => criterionId === criterion.id);
  return [
    ...asked.flatMap((appeal) => {
      const comment = appeal.status === "open" ? null : appeal.decision.comment;
      const decided = [words.decisions[appeal.status], ...(comment === null ? [] : [comment])].join(" ");
      const { role, name } = appeal.by;
      return [line(words.appeal(who(role, name), moment(appeal.at), appeal.reason)), line(decided)];
    }),
    ...(overridden
      ? [
          line(
            words.overridden(
              who(overridden.by, overridden.name),
              moment(overridden.at),
              verdictWord(criterion, overridden.verdict, texts),
            ),
          ),
          ...overridden.evidence.map((evidence) => quoteBlock(evidence, texts)),
        ]
      : []),
  ].join("\n");
}

function quoteBlock(evidence: Evidence, texts: MessageTexts): string {
  const speaker = texts.scorecard.speakers[evidence.speaker];
  return `<blockquote>${second(evidence.startSec, texts)} <b>${escapeHtml(speaker)}:</b> ${escapeHtml(evidence.quote)}</blockquote>`;
}

function second(sec: number, texts: MessageTexts): string {
  const at = minutes(sec);
  return `<button data-sec="${sec}" title="${attribute(texts.scorecard.play(at))}">▶ ${at}</button>`;
}

function fact(name: string, value: string | null): string {
  return value ? `<p><b>${escapeHtml(name)}:</b> ${escapeHtml(value)}</p>` : "";
}

function attribute(text: string): string {
  return escapeHtml(text).replaceAll('"', "&quot;");
}

const STYLE = `
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: #1d2733; }
h1 { font-size: 1.6rem; margin: 0; }
.who { margin: .2rem 0 1rem; color: #5b6775; }
audio { width: 100%; margin: .5rem 0 1rem; }
details.verdict { border-left: 5px solid #b8c1cc; margin: .4rem 0; padding: .35rem .8rem; background: #f6f8fa; border-radius: 0 8px 8px 0; }
details.met { border-color: #2f9e5b; } details.partly { border-color: #e0a800; } details.not_met { border-color: #d64545; }
details.uncertain { border-color: #7a5af5; }
summary { cursor: pointer; } .mark { font-weight: 600; margin-left: .4rem; } small { color: #7b8794; }
blockquote { margin: .4rem 0; padding: .3rem .6rem; background: #fff; border-radius: 6px; }
button { border: 0; border-radius: 5px; background: #e3eaf2; cursor: pointer; font: inherit; font-size: .85rem; }
.advice { background: #fff8e1; padding: .3rem .6rem; border-radius: 6px; } .bad { color: #b42318; } .review { color: #5b3fd0; }
.turn { margin: .25rem 0; } .client { color: #37506b; }
`;
