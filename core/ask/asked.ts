import type { CallReference } from "./call-reference.ts";
import type { AskedStatus, NamedChecklist, Order, Topic } from "./filters.ts";
import type { FoundPeople, StaffMember } from "./names.ts";
import type { Period } from "./period.ts";
import type { ScoreRange } from "./score-range.ts";

export interface AskOptions<Member extends StaffMember> {
  staff: readonly Member[];
  checklists: readonly NamedChecklist[];
  now: Date;
  /** The company's. */
  timeZone: string;
  weekStartsOn?: "monday" | "sunday";
  /** Of the suggestions; by default that of the sentence. */
  locale?: "ru" | "en";
}

export type People<Member extends StaffMember = StaffMember> = Omit<FoundPeople<Member>, "rest" | "spans">;

/** Which calls a list is to show. */
export interface CallFilters {
  order: Order;
  limit: number | null;
  scores: ScoreRange | null;
  status: AskedStatus | null;
  direction: "incoming" | "outgoing" | null;
  topic: Topic | null;
  checklistId: string | null;
}

/** What of a call is to be shown. */
export type CallView = "card" | "transcript" | "summary" | "recording";

/** Goes with every question, to be echoed: the reader must see what was understood, and what was not. */
export interface Understood<Member extends StaffMember = StaffMember> {
  /** As it was read: of what was typed in the wrong keyboard layout, in the right one. */
  text: string;
  period: Period | null;
  people: People<Member>;
  /** Words that the rules made nothing of, as they were typed. */
  rest: string[];
}

/** A call that is not named is the one that was replied to, or has to be asked for. */
export type Asked =
  /** `isPeriodAssumed`: none was named, and a digest without one is today's. */
  | { kind: "digest"; isPeriodAssumed: boolean }
  | { kind: "calls"; filters: CallFilters }
  | { kind: "agent" }
  | { kind: "team" }
  /** People with each other, or `period` with its `comparedTo`. */
  | { kind: "compare" }
  | { kind: "why"; call: CallReference | null; percent: number | null }
  | { kind: "call"; call: CallReference | null; view: CallView }
  | { kind: "objections" }
  | { kind: "checklists" }
  | { kind: "agents" }
  | { kind: "help" }
  /** `code` came with the link that opened the bot. */
  | { kind: "start"; code: string | null }
  | { kind: "link"; code: string | null }
  /** `text` says in the sender's words what is wrong. */
  | { kind: "appeal"; call: CallReference | null; text: string }
  | { kind: "score"; call: CallReference | null; filters: CallFilters }
  | Unclear;

export interface Unclear {
  kind: "unclear";
  /** `ahead`: what is asked for is yet to come. */
  missing: "period" | "intent" | "command" | "ahead" | "text";
  /** What the sentence would be with what is missing. */
  about: Exclude<Asked["kind"], "unclear"> | null;
  /** Sentences that are understood, likeliest first: for buttons. */
  suggestions: string[];
}

export type Question<Member extends StaffMember = StaffMember> = Understood<Member> & Asked;
