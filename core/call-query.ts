import * as z from "zod";
import { Direction, sha256 } from "./call.ts";
import { comparableText } from "./call-row.ts";
import { VerdictValue } from "./scorecard.ts";

/** Longest period of one question. Each day of it may cost a request. */
const MAX_DAYS = 400;
const DAY_MS = 86_400_000;

const Day = z.iso.date("a day is written yyyy-mm-dd");
const Percent = z.number().min(0).max(100);
/** A list without anything in it is a slip: it would ask for nothing, or for everything? */
const someOf = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(1000);
const Name = z.string().min(1).max(200);

const filters = {
  tenant: z.string().regex(/^(?!\.+$)[A-Za-z0-9._-]{1,64}$/),
  /** First and last day of the period, both included, in the tenant's time zone. */
  from: Day,
  to: Day,
  agentIds: someOf(Name).optional(),
  /** Calls of agents in any of them. */
  departments: someOf(Name).optional(),
  directions: someOf(Direction).optional(),
  lines: someOf(Name).optional(),
  checklist: z.strictObject({ id: Name, version: z.number().int().positive().optional() }).optional(),
  /** Both included. A call without a percent is in no range. */
  percentFrom: Percent.optional(),
  percentTo: Percent.optional(),
  /** An id means something within its checklist: ask for that as well where two could have the same. */
  criterion: z.strictObject({ id: Name, verdicts: someOf(VerdictValue) }).optional(),
  statuses: someOf(z.enum(["scored", "skipped", "failed"])).optional(),
  /** Why there is no score: any of them. */
  codes: someOf(Name).optional(),
  tags: someOf(Name).optional(),
  callTypes: someOf(Name).optional(),
  needsReview: z.boolean().optional(),
  passed: z.boolean().optional(),
  /** Stands somewhere in what is known of the call in words; case, «ё» and runs of blanks make no difference. */
  text: z
    .string()
    .max(500)
    .refine((text) => comparableText(text) !== "", "there is no text to look for")
    .optional(),
};

const WRONG_PERIOD = {
  path: ["to"],
  error: `the period goes from its first day to its last and has at most ${MAX_DAYS} days`,
};

function isPeriod({ from, to }: { from: string; to: string }): boolean {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return days >= 1 && days <= MAX_DAYS;
}

export const MAX_PAGE = 500;

/** Which calls, in which order, and from where on. A key that is not listed here is a mistake, never ignored. */
export const CallQuery = z
  .strictObject({
    ...filters,
    order: z
      .strictObject({ by: z.enum(["startedAt", "percent"]), direction: z.enum(["asc", "desc"]) })
      .default({ by: "startedAt", direction: "desc" }),
    limit: z.number().int().min(1).max(MAX_PAGE).default(50),
    /** `next` of the page before. */
    cursor: z.string().max(2000).optional(),
  })
  .refine(isPeriod, WRONG_PERIOD);
/** Complete, as it is answered. */
export type CallQuery = z.output<typeof CallQuery>;
/** As it is asked: what has a default may be left out. */
export type CallQueryInput = z.input<typeof CallQuery>;

export const CallDimension = z.enum([
  "day",
  "agent",
  "department",
  "direction",
  "line",
  "checklist",
  "status",
  "code",
  "band",
  "callType",
  "criterion",
  "objectionCategory",
  "objectionHandling",
]);
export type CallDimension = z.infer<typeof CallDimension>;

/** Sums over the calls of a filter: of all of them together, or for each value of up to three dimensions. */
export const CallAggregation = z
  .strictObject({
    ...filters,
    groupBy: z
      .array(CallDimension)
      .max(3)
      .refine((dimensions) => new Set(dimensions).size === dimensions.length, "a dimension stands twice")
      .default([]),
  })
  .refine(isPeriod, WRONG_PERIOD);
export type CallAggregation = z.output<typeof CallAggregation>;
export type CallAggregationInput = z.input<typeof CallAggregation>;

export type CallFilter = Omit<CallAggregation, "groupBy">;

/** A question that cannot be answered as it stands. Its message is for whoever asked and repeats no value of the question. */
export class CallQueryError extends Error {
  override readonly name = "CallQueryError";
  readonly code: "query.malformed" | "query.cursor";

  constructor(code: CallQueryError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws CallQueryError */
export const readCallQuery = (asked: unknown): CallQuery => read(CallQuery, asked);
/** @throws CallQueryError */
export const readCallAggregation = (asked: unknown): CallAggregation => read(CallAggregation, asked);

function read<Schema extends z.ZodType>(schema: Schema, asked: unknown): z.output<Schema> {
  const parsed = schema.safeParse(asked);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "query"}: ${message}`,
  );
  throw new CallQueryError("query.malformed", mistakes.join("; "));
}

/** The last call of a page: the next one goes on behind it, whatever came in or went since. */
export interface PageEnd {
  /** `startedMs` or percent; null behind the last call that has a percent. */
  value: number | null;
  callId: string;
}

const Cursor = z.strictObject({ q: z.string(), v: z.number().nullable(), id: z.string() });

export function cursorOf(query: CallQuery, { value, callId }: PageEnd): string {
  return Buffer.from(JSON.stringify({ q: questionOf(query), v: value, id: callId })).toString("base64url");
}

/** @throws CallQueryError when the cursor is another question's or none of ours */
export function readCursor(query: CallQuery): PageEnd | undefined {
  if (query.cursor === undefined) return undefined;
  const cursor = Cursor.safeParse(parse(Buffer.from(query.cursor, "base64url").toString()));
  if (!cursor.success) throw new CallQueryError("query.cursor", "cursor: this is no cursor of ours");
  const { q, v, id } = cursor.data;
  if (q !== questionOf(query) || (v === null && query.order.by === "startedAt"))
    throw new CallQueryError("query.cursor", "cursor: it belongs to another question; leave it out");
  return { value: v, callId: id };
}

/** What makes two questions the same one but for the page. */
function questionOf({ cursor: _cursor, limit: _limit, ...question }: CallQuery): string {
  return sha256(canonical(question)).slice(0, 16);
}

/** JSON that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
