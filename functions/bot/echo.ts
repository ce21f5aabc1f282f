import type { Question } from "../../core/ask/asked.ts";
import { isCutShort } from "../../core/period-query.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { italic, periodWords } from "./answer-words.ts";
import { peopleWords } from "./people.ts";
import type { Asking } from "./reply.ts";

/** Kinds whose answer speaks for itself. */
const SILENT = new Set<Question["kind"]>([
  "unclear",
  "help",
  "start",
  "link",
  "checklists",
  "appeal",
  "call",
  "why",
]);

/** What was understood in front of the answer, and what was not behind it. */
export function echoed(question: Question, blocks: readonly string[], asking: Asking): string[] {
  const { texts, settings } = asking;
  const { bot } = texts;
  const notes = [
    ...(question.period && isCutShort(question.period) ? [bot.cutShort] : []),
    ...(question.rest.length > 0 && question.kind !== "unclear"
      ? [bot.notUnderstood(question.rest.slice(0, 6).join(" "))]
      : []),
    ...guesses(question, asking),
  ];
  const head = SILENT.has(question.kind)
    ? []
    : [
        `<b>${escapeHtml(
          [
            bot.subjects[question.kind as keyof typeof bot.subjects],
            ...peopleWords(question.people, asking),
            ...filterWords(question, asking),
            ...(question.period ? [periodWords(question.period, settings, texts)] : []),
          ].join(" · "),
        )}</b>`,
      ];
  return [...head, ...blocks, ...notes.map(italic)];
}

/** Which calls of all: whatever was understood of it stands above the list. */
function filterWords(question: Question, { texts, checklists }: Asking): string[] {
  if (question.kind !== "calls" && question.kind !== "score") return [];
  const { filters: words } = texts.bot;
  const { order, limit, scores, status, direction, topic, checklistId } = question.filters;
  return [
    ...(order === "latest" ? [] : [words.order[order]]),
    ...(limit === null ? [] : [words.limit(limit)]),
    ...(scores ? [words.scores(scores)] : []),
    ...(status ? [words.status[status]] : []),
    ...(direction ? [words.direction[direction]] : []),
    ...(topic ? [words.topic(topic.words, topic.of === "criterion", topic.isFailed)] : []),
    ...(checklistId ? [checklists.find(({ id }) => id === checklistId)?.name ?? checklistId] : []),
  ];
}

/** A slip that was forgiven. */
function guesses({ people }: Question, { texts, scope }: Asking): string[] {
  if (scope.kind === "agent") return [];
  return people.matches.flatMap(({ isGuess, mention, candidates }) =>
    isGuess && candidates[0] ? [texts.bot.guessed(mention, candidates[0].name)] : [],
  );
}
