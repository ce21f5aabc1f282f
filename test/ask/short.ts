import type { Question } from "../../core/ask/asked.ts";
import type { FoundPeople, Mention } from "../../core/ask/names.ts";
import type { Period } from "../../core/ask/period.ts";

/** `11-16..11-20`; days of 2026 without their year, `…` from the first call on. */
export function periodInShort(period: Period | undefined | null): string {
  if (!period) return "none";
  const { from, to, parts, hours, rolling, lastCalls, exclude, zone, comparedTo, ambiguous } = period;
  const days = parts ? parts.map((part) => daysInShort(part.from, part.to)).join("+") : daysInShort(from, to);
  return [
    days,
    hours && `${clock(hours.fromMinute)}-${clock(hours.toMinute)}`,
    rolling && `since ${rolling.from.slice(0, 16)}Z`,
    lastCalls && `last ${lastCalls}`,
    exclude && `no ${exclude}`,
    zone?.timeZone,
    comparedTo && `vs ${periodInShort(comparedTo)}`,
    ambiguous && `or ${ambiguous.map((other) => daysInShort(other.from, other.to)).join(" or ")}`,
  ]
    .filter(Boolean)
    .join(" ");
}

const daysInShort = (from: string | null, to: string) =>
  from === to ? day(to) : `${from === null ? "…" : day(from)}..${day(to)}`;
const day = (written: string) => written.replace(/^2026-/, "");
const clock = (minute: number) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;

/** `petrov`, `rudnev|rudneva` where both fit, `?Вася` of nobody. */
const mentionInShort = ({ mention, candidates, isDepartment }: Mention) =>
  `${isDepartment ? "department of " : ""}${candidates.map(({ id }) => id).join("|") || `?${mention}`}`;

export function peopleInShort(people: Omit<FoundPeople, "rest" | "spans">): string {
  const { matches, excluded, everybody, self, departments } = people;
  return [
    matches.map(mentionInShort).join(", "),
    excluded.length > 0 && `not ${excluded.map(mentionInShort).join(", ")}`,
    everybody && "everybody",
    self && "self",
    departments.length > 0 && `[${departments.join(", ")}]`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** The question on one line: what is asked for; of when; of whom; what was not understood. */
export function inShort(question: Question): string {
  const { period, people, rest } = question;
  const parts = [
    wish(question),
    period && periodInShort(period).replace(/ or .*$/, ""),
    peopleInShort(people),
  ];
  return [...parts.filter(Boolean), rest.length > 0 && `(?) ${rest.join(" ")}`].filter(Boolean).join("; ");
}

function wish(question: Question): string {
  switch (question.kind) {
    case "digest":
      return question.isPeriodAssumed ? "digest, assumed" : "digest";
    case "unclear":
      return `unclear: ${question.missing}${question.about ? ` of ${question.about}` : ""}`;
    case "why":
      return ["why", question.percent, reference(question.call)].filter((part) => part !== null).join(" ");
    case "call":
      return `${question.view} ${reference(question.call)}`;
    case "appeal":
      return `appeal ${reference(question.call)}`;
    case "start":
    case "link":
      return [question.kind, question.code].filter(Boolean).join(" ");
    case "score":
      return ["score", question.call && reference(question.call), filtersInShort(question.filters)]
        .filter(Boolean)
        .join(" ");
    case "calls":
      return ["calls", filtersInShort(question.filters)].filter(Boolean).join(" ");
    default:
      return question.kind;
  }
}

type Filters = Extract<Question, { kind: "calls" }>["filters"];

function filtersInShort({ order, limit, scores, status, direction, topic, checklistId }: Filters): string {
  return [
    order,
    limit,
    scores &&
      Object.entries(scores)
        .map(([side, value]) => `${side} ${value}`)
        .join(" "),
    status,
    direction,
    topic && `${topic.isFailed ? "failed " : ""}${topic.of} «${topic.words}»`,
    checklistId,
  ]
    .filter(Boolean)
    .join(", ");
}

function reference(call: Extract<Question, { kind: "why" }>["call"]): string {
  if (call === null) return "of no call named";
  if (call.kind === "id") return call.callId;
  if (call.kind === "link") return call.url;
  if (call.kind === "time") return `at ${day(call.day)} ${clock(call.minute)}`;
  return call.kind === "number" ? `#${call.number}` : "the last";
}
