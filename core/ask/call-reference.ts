import { CallId } from "../call.ts";
import { addDays } from "./calendar.ts";
import { minuteIn, type Period } from "./period.ts";
import type { Span } from "./words.ts";

/** Which call is meant, as far as the sentence tells. */
export type CallReference =
  | { kind: "id"; callId: string }
  /** A page of the CRM or of anything else; only to be compared, never to be opened. */
  | { kind: "link"; url: string }
  /** `minute` of the day in the company's zone. */
  | { kind: "time"; day: string; minute: number }
  /** A line of the list that was shown last. */
  | { kind: "number"; number: number }
  | { kind: "last" };

const ID = /(?<![A-Za-z0-9._-])\d{8}-[a-z0-9]+-[A-Za-z0-9._-]*[A-Za-z0-9]/;
const LINK = /https?:\/\/[^\s<>"«»]+/i;
const NUMBER =
  /(?:№|#|номер(?:ом)?|number|no\.|(?:звон(?:ок|ка|ку|ком|ке)|call)(?=\s+\d+\s*(?:$|[?!,.]\s*$|[?!,]\s)))\s*(\d{1,3})(?!\d)/iu;
const ORDINAL = /(?<![\p{L}\d])(\d{1,2})(?:-?(?:й|го|му|ый|ого|th|st|nd|rd))\s+(?:звон|call)/iu;
const TIME = /(?:(?<!\p{L})(?:в|на|at)\s*)?(?<![\d.:])([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d.:])/iu;
const LAST =
  /(?<!\p{L})(?:последн(?:ий|его|ему|им|ем)|крайний|last)\s+(?:звон(?:ок|ка|ку|ком|ке)|call)(?!\p{L})/iu;

export interface FoundReference {
  call: CallReference;
  span: Span;
}

/** An id, a link or a number; what they are made of is no date. */
export function findReference(text: string): FoundReference | undefined {
  const link = LINK.exec(text);
  const within = link ? ID.exec(link[0]) : ID.exec(text);
  if (link) {
    const span = { start: link.index, end: link.index + link[0].length };
    const callId = within && CallId.safeParse(within[0]);
    return {
      call: callId?.success ? { kind: "id", callId: callId.data } : { kind: "link", url: link[0] },
      span,
    };
  }
  if (within && CallId.safeParse(within[0]).success) {
    return { call: { kind: "id", callId: within[0] }, span: spanOf(within) };
  }
  const number = NUMBER.exec(text) ?? ORDINAL.exec(text);
  return number ? { call: { kind: "number", number: Number(number[1]) }, span: spanOf(number) } : undefined;
}

/** «в 14:35 вчера»; without a day the latest such moment. Hours that belong to the period are blank already. */
export function findTime(
  text: string,
  period: Period | undefined,
  { now, timeZone, today }: { now: Date; timeZone: string; today: string },
): FoundReference | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const minute = Number(match[1]) * 60 + Number(match[2]);
  const isAhead = minute > minuteIn(timeZone, now);
  const latest = isAhead ? addDays(today, -1) : today;
  const day = period && period.from === period.to ? period.to : latest;
  return { call: { kind: "time", day, minute }, span: spanOf(match) };
}

export const isLastCall = (text: string): boolean => LAST.test(text);

const spanOf = (match: RegExpExecArray): Span => ({ start: match.index, end: match.index + match[0].length });
