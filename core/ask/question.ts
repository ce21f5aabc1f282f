import { dayIn } from "../call.ts";
import type { Asked, AskOptions, CallView, Question, Unclear } from "./asked.ts";
import type { StaffMember } from "./names.ts";
import { readSentence, type Sentence } from "./sentence.ts";
import { suggestionsFor } from "./suggestions.ts";

/**
 * What a sentence to the bot asks for, read by rules alone. Whatever is not said stays open: a period, a call or a person is never made
 * up, except that a digest without a period is today's. Never throws.
 */
export function readQuestion<Member extends StaffMember>(
  text: string,
  options: AskOptions<Member>,
): Question<Member> {
  const sentence = readSentence(text, options);
  const asked = decide(sentence);
  if (asked.kind === "unclear") {
    // A wish before words that say nothing would be understood no better.
    const hasPeriod = sentence.period !== null && sentence.rest.length === 0;
    asked.suggestions = suggestionsFor(sentence.text, asked.missing, hasPeriod, options.locale);
  }
  const { period, people } = sentence;
  // A code is nothing to be understood.
  const rest = asked.kind === "start" || asked.kind === "link" ? [] : sentence.rest;
  const isToday = asked.kind === "digest" && asked.isPeriodAssumed;
  const today = dayIn(options.timeZone, options.now);
  return {
    text: sentence.text,
    period: isToday ? { from: today, to: today, timeZone: options.timeZone } : period,
    people,
    rest,
    ...asked,
  };
}

type Read = Sentence<StaffMember>;

function decide(sentence: Read): Asked {
  const { typed, command, argument } = sentence;
  if (sentence.text === "") return unclear("text", null);
  if (typed && !command) return unclear("command", null);
  if (command?.intent === "start" || command?.intent === "link") {
    return { kind: command.intent, code: argument === "" ? null : argument };
  }
  return (
    (command ? byIntent(command.intent, sentence) : byIntent(sentence.intent.intent, sentence)) ??
    byWords(sentence)
  );
}

const VIEWS: Readonly<Record<string, CallView>> = {
  call: "card",
  transcript: "transcript",
  summary: "summary",
  recording: "recording",
};

function byIntent(intent: string | undefined, sentence: Read): Asked | undefined {
  const { call, percent, period, people, filters, argument, command } = sentence;
  const isNobody = people.matches.length === 0 && !people.self;
  const view = VIEWS[intent ?? ""];
  if (view) return { kind: "call", call, view };
  if (period?.comparedTo && /^(team|digest|agents?)$/.test(intent ?? "")) return { kind: "compare" };
  switch (intent) {
    case "appeal":
      return { kind: "appeal", call, text: argument };
    case "why":
      return { kind: "why", call, percent };
    case "link":
      return { kind: "link", code: null };
    case "help":
      return { kind: "help" };
    case "objections":
      return whenTimed({ kind: "objections" }, sentence);
    case "compare":
      return compare(sentence);
    case "checklists":
      return { kind: "checklists" };
    case "agents":
      // «/agents неделя» is of what they did.
      return period || !isNobody ? reportOf(sentence) : { kind: "agents" };
    case "score":
      return score(sentence);
    case "team":
      return isNobody ? whenTimed({ kind: "team" }, sentence) : reportOf(sentence);
    case "agent":
      return reportOf(sentence);
    case "digest":
      return isNobody && people.departments.length === 0 ? digest(sentence) : reportOf(sentence);
    case "calls":
      if (command && call) return { kind: "call", call, view: "card" };
      return filters.order === "latest" && !period && isNobody ? { kind: "calls", filters } : calls(sentence);
    default:
      return undefined;
  }
}

/** No word says outright what is wanted: what was named beside it does. */
function byWords(sentence: Read): Asked {
  const { call, period, people, intent, isFiltered, rest } = sentence;
  const isAboutPeople =
    people.matches.length > 0 || people.self || people.departments.length > 0 || people.everybody;
  if (period?.comparedTo) return { kind: "compare" };
  if (call && call.kind !== "last") return { kind: "call", call, view: "card" };
  if (intent.isReport && !isFiltered) return reportOf(sentence);
  if (intent.hasCalls || isFiltered) return calls(sentence);
  if (isAboutPeople) return reportOf(sentence);
  if (intent.isHelp && !period && rest.length === 0) return { kind: "help" };
  if (sentence.isAhead) return unclear("ahead", null);
  return unclear("intent", null);
}

function reportOf(sentence: Read): Asked {
  const { people } = sentence;
  if (people.matches.length > 1 || sentence.period?.comparedTo)
    return whenTimed({ kind: "compare" }, sentence);
  if (people.matches.length === 1 || people.self) return whenTimed({ kind: "agent" }, sentence);
  if (people.departments.length > 0 || people.everybody) return whenTimed({ kind: "team" }, sentence);
  return sentence.intent.intent === "agents" || sentence.command?.intent === "agents"
    ? whenTimed({ kind: "team" }, sentence)
    : digest(sentence);
}

function compare(sentence: Read): Asked {
  const isOfSomething = sentence.period?.comparedTo || sentence.people.matches.length > 1;
  return whenTimed(
    { kind: isOfSomething ? "compare" : sentence.people.matches.length === 1 ? "agent" : "team" },
    sentence,
  );
}

function digest(sentence: Read): Asked {
  if (sentence.isAhead) return unclear("ahead", "digest");
  return { kind: "digest", isPeriodAssumed: sentence.period === null };
}

function score(sentence: Read): Asked {
  const { call, filters, period, people, intent, isFiltered } = sentence;
  const asked: Asked = { kind: "score", call, filters };
  if (
    call ||
    (!period && people.matches.length === 0 && !isFiltered && !/звонки|разговоры|calls/.test(sentence.text))
  )
    return asked;
  return intent.hasCalls || period ? whenTimed(asked, sentence) : asked;
}

function calls(sentence: Read): Asked {
  const { filters } = sentence;
  const asked: Asked = { kind: "calls", filters };
  // What waits is asked for as it stands, the latest calls from now back.
  const isTimeless =
    filters.status === "needs_review" ||
    filters.status === "in_progress" ||
    (filters.order === "latest" && /последн|свеж|latest|recent/i.test(sentence.text) && !sentence.isAhead);
  return isTimeless ? asked : whenTimed(asked, sentence);
}

/** A period is asked for where none was named, never assumed. */
function whenTimed(asked: Exclude<Asked, Unclear>, sentence: Read): Asked {
  if (sentence.period) return asked;
  return unclear(sentence.isAhead ? "ahead" : "period", asked.kind);
}

const unclear = (missing: Unclear["missing"], about: Unclear["about"]): Unclear => ({
  kind: "unclear",
  missing,
  about,
  suggestions: [],
});
