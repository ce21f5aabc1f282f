import { dayIn } from "../call.ts";
import type { AskOptions, CallFilters, Understood } from "./asked.ts";
import { type CallReference, findReference, findTime, isLastCall } from "./call-reference.ts";
import { type Command, commandIn, type TypedCommand } from "./commands.ts";
import { findChecklist, findDirection, findOrder, findStatus, findTopic } from "./filters.ts";
import { intentOf, mended } from "./intents.ts";
import { isKnownWord } from "./known-words.ts";
import { asRussianKeys } from "./latin-names.ts";
import { findPeople, type StaffMember } from "./names.ts";
import { findPeriod, isAhead, type PeriodOptions } from "./periods.ts";
import { findScores, percentIn } from "./score-range.ts";
import { staffIndex } from "./staff-index.ts";
import { blankOut, piecesOf, type Span, squeezed } from "./words.ts";

/** Everything that one sentence says, before it is decided what it asks for. */
export interface Sentence<Member extends StaffMember> extends Understood<Member> {
  typed: TypedCommand | undefined;
  command: Command | undefined;
  /** What stands behind the command; all of the text where there is none. */
  argument: string;
  intent: ReturnType<typeof intentOf>;
  call: CallReference | null;
  percent: number | null;
  filters: CallFilters;
  /** Some filter was named, so that a list of calls is meant. */
  isFiltered: boolean;
  /** A period was named that is yet to come. */
  isAhead: boolean;
}

/** Pieces are read one by one, the plainest last; what one has read is blank to the next. */
export function readSentence<Member extends StaffMember>(
  typed: string,
  options: AskOptions<Member>,
): Sentence<Member> {
  const { staff, checklists, now, timeZone, weekStartsOn } = options;
  const text = inRightLayout(typed);
  const command = commandIn(text);
  const index = staffIndex(staff);
  const isName = (form: string) => index.forms.has(form);
  const periodOptions: PeriodOptions = { now, timeZone, isName, ...(weekStartsOn ? { weekStartsOn } : {}) };

  let left = command ? blankOut(text, [{ start: 0, end: command.end }]) : text;
  const argument = squeezed(left);
  const take = <Found extends { span: Span } | undefined>(found: Found): Found => {
    if (found) left = blankOut(left, [found.span]);
    return found;
  };

  const reference = take(findReference(left));
  const mending = mended(left, isName);
  const intent = intentOf(mending.text);
  const isWhy = intent.intent === "why" || command?.command?.intent === "why";
  const status = take(findStatus(left));
  const scores = isWhy ? undefined : take(findScores(left));
  const named = findPeriod(left, periodOptions);
  const ahead = named === undefined && isAhead(left, periodOptions);
  const lastCall = isLastCall(left);
  if (named) left = blankOut(left, named.spans);
  const time = reference
    ? undefined
    : take(findTime(left, named?.period, { now, timeZone, today: dayIn(timeZone, now) }));
  const percent = isWhy ? take(percentIn(left)) : undefined;
  const order = findOrder(left, command?.command?.order !== undefined);
  left = blankOut(left, order.spans);
  const direction = take(findDirection(left));
  const checklist = take(findChecklist(left, checklists));
  left = blankOut(left, mending.spans);
  const { rest: _rest, spans, ...people } = findPeople(left, staff);
  left = blankOut(left, spans);
  const isList = intent.intent === undefined || intent.intent === "score";
  const topic = isList ? take(findTopic(left)) : undefined;

  const period = named?.period ?? null;
  const limit = order.limit ?? period?.lastCalls ?? null;
  const filters: CallFilters = {
    order: order.order ?? command?.command?.order ?? "latest",
    limit,
    scores: scores?.range ?? null,
    status: status?.value ?? command?.command?.status ?? null,
    direction: direction?.value ?? null,
    topic: topic?.topic ?? null,
    checklistId: checklist?.id ?? null,
  };
  const isOrdered = order.order !== undefined || order.limit !== undefined || period?.lastCalls !== undefined;
  return {
    text: squeezed(text),
    period,
    people,
    rest: piecesOf(left)
      .filter(({ form }) => /[\p{L}\d]/u.test(form) && !isKnownWord(form))
      .map(({ written }) => written),
    typed: command,
    command: command?.command,
    argument,
    intent,
    call: reference?.call ?? time?.call ?? (lastCall && period?.lastCalls === 1 ? { kind: "last" } : null),
    percent: percent?.percent ?? null,
    filters,
    isFiltered: isOrdered || Boolean(scores ?? status ?? direction ?? topic ?? checklist),
    isAhead: ahead,
  };
}

/** «[elibt pdjyrb» says nothing until it is read by the other letters of the same keys. */
function inRightLayout(text: string): string {
  if (/[а-яё]/i.test(text) || text.trimStart().startsWith("/")) return text;
  const swapped = asRussianKeys(text);
  const known = (sentence: string) =>
    piecesOf(sentence).filter(({ form }) => form.length > 3 && isKnownWord(form)).length;
  return known(swapped) > known(text) ? swapped : text;
}
