import type { Comparison } from "./comparisons.ts";
import { type Hours, hoursAt } from "./hour-rules.ts";
import { type Lemmas, lemmasOf, stretchAt } from "./period-ranges.ts";
import { type Now, patternOf, type Stretch } from "./period-rule.ts";
import { type Token, tokensOf } from "./period-tokens.ts";
import type { Span } from "./words.ts";
import { isZoneAbbreviation, moscowAnd, zoneNamed } from "./zones.ts";

/** Everything about time that a sentence names, before it is put together. */
export interface Items {
  stretches: Stretch[];
  hours?: Hours;
  lastCalls?: number;
  exclude?: "weekends";
  zone?: { said: string; timeZone: string };
  comparison?: Comparison;
  /** Something named has not been yet. */
  isFuture: boolean;
  spans: Span[];
}

const EXCLUDE = patternOf("except|without weekend|off-day");
const EXCLUDE_BOTH = patternOf("except|without w6 and w7");
const ONLY_WEEKDAYS = patternOf("only? through|v|na weekdays");
const PLAIN_WEEKDAYS = patternOf("only weekdays");
const LAST_CALLS = [patternOf("last|prev N call?"), patternOf("N last call"), patternOf("last N _ call")];
const LAST_CALL = patternOf("last|prev call");
const AGAINST = [patternOf("through|v? compare since"), patternOf("vs"), patternOf("k")];
const OTHER_OF_UNIT = patternOf("=prev|prev-prev|this");
const MAX_LAST_CALLS = 500;

export function itemsOf(text: string, now: Now, isName: (form: string) => boolean): Items {
  const tokens = tokensOf(text, isName);
  const lemmas = lemmasOf(tokens);
  const items: Items = { stretches: [], isFuture: false, spans: [] };
  const isComparing = tokens.some(({ lemma }) => lemma === "compare");
  let zones: { item: NonNullable<Items["zone"]>; span: Span; isSure: boolean }[] = [];

  for (let at = 0; at < tokens.length; ) {
    const taken =
      excludeAt(lemmas, at, items) ||
      comparisonAt(lemmas, at, isComparing, now, items) ||
      timeAt(lemmas, at, now, items);
    if (taken > 0) {
      items.spans.push(spanOf(tokens, at, taken));
      at += taken;
      continue;
    }
    const zone = zoneAt(text, tokens, at, now, isName);
    if (zone) zones.push({ item: zone.item, span: spanOf(tokens, at, zone.tokens), isSure: zone.isSure });
    at += zone?.tokens ?? 1;
  }
  const isTimed = items.hours !== undefined || items.stretches.length > 0;
  zones = zones.filter(({ isSure }) => isSure || isTimed);
  const named = zones[0];
  if (named && (isTimed || items.lastCalls !== undefined)) {
    items.zone = named.item;
    items.spans.push(named.span);
  }
  items.spans.push(...connectors(tokens, items.spans));
  items.spans.sort((a, b) => a.start - b.start);
  return items;
}

/** The «и» of «вчера и позавчера» belongs to the period. */
function connectors(tokens: readonly Token[], spans: readonly Span[]): Span[] {
  return tokens.filter(
    ({ lemma }, at) =>
      /^(and|,)$/.test(lemma) &&
      spans.some(({ end }) => end === tokens[at - 1]?.end) &&
      spans.some(({ start }) => start === tokens[at + 1]?.start),
  );
}

/** Takes the longest of a stretch of days, hours, and a count of calls. */
function timeAt(lemmas: Lemmas, at: number, now: Now, items: Items): number {
  const stretch = stretchAt(lemmas, at, now);
  const hours = items.hours === undefined ? hoursAt(lemmas, at) : undefined;
  const calls = items.lastCalls === undefined ? lastCallsAt(lemmas, at) : undefined;
  const longest = Math.max(stretch?.tokens ?? 0, hours?.tokens ?? 0, calls?.tokens ?? 0);
  if (longest === 0) return 0;
  if (calls?.tokens === longest) items.lastCalls = calls.count;
  else if (hours?.tokens === longest) items.hours = hours.hours;
  else if (stretch?.reading === "future") items.isFuture = true;
  else if (stretch) items.stretches.push(stretch.reading as Stretch);
  return longest;
}

function lastCallsAt(lemmas: Lemmas, at: number): { tokens: number; count: number } | undefined {
  for (const pattern of LAST_CALLS) {
    const match = lemmas.match(pattern, at);
    const count = Number(match?.groups[0]);
    if (match && count >= 1 && count <= MAX_LAST_CALLS) return { tokens: match.tokens, count };
  }
  const one = lemmas.match(LAST_CALL, at);
  const noun = lemmas.tokens[at + 1]?.form;
  return one && /^(звонок|звонка|звонку|звонком|call)$/.test(noun ?? "")
    ? { tokens: one.tokens, count: 1 }
    : undefined;
}

function excludeAt(lemmas: Lemmas, at: number, items: Items): number {
  const both =
    lemmas.match(EXCLUDE_BOTH, at) ?? lemmas.match(EXCLUDE, at) ?? lemmas.match(PLAIN_WEEKDAYS, at);
  const beside = both ?? (items.stretches.length > 0 ? lemmas.match(ONLY_WEEKDAYS, at) : undefined);
  if (beside) items.exclude = "weekends";
  return beside?.tokens ?? 0;
}

/** «к прошлой», «против вчера», «в сравнении с октябрём», and «сравни эту неделю с прошлой». */
function comparisonAt(lemmas: Lemmas, at: number, isComparing: boolean, now: Now, items: Items): number {
  if (items.comparison) return 0;
  const connector = AGAINST.map((pattern) => lemmas.match(pattern, at)).find((match) => match);
  const isWith =
    isComparing && /^(since|and|-)$/.test(lemmas.tokens[at]?.lemma ?? "") && items.stretches.length > 0;
  const connecting = connector?.tokens ?? (isWith ? 1 : 0);
  if (connecting === 0) return 0;
  const before = items.stretches.length;
  const next = stretchAt(lemmas, at + connecting, now);
  const bare = lemmas.match(OTHER_OF_UNIT, at + connecting);
  if (next && next.reading !== "future" && next.tokens > (bare?.tokens ?? 0)) {
    // «к вечеру пятницы», «к понедельнику»: a term, not a comparison.
    if (before === 0 && next.reading.unit === "weekday") return 0;
    items.comparison = { at: before };
    items.stretches.push(next.reading);
    return connecting + next.tokens;
  }
  if (!bare || before === 0) return 0;
  items.comparison = { at: before, unitsBack: bare.groups[0] === "prev-prev" ? 2 : 1 };
  return connecting + bare.tokens;
}

function zoneAt(
  text: string,
  tokens: readonly Token[],
  at: number,
  now: Now,
  isName: (form: string) => boolean,
) {
  const by = tokens[at]?.lemma === "through" ? 1 : 0;
  const token = tokens[at + by];
  const timeZone = token && !isName(token.form) ? zoneNamed(token.form) : undefined;
  if (!token || timeZone === undefined) return undefined;
  const isSure = isZoneAbbreviation(token.form);
  if (!isSure && by === 0) return undefined;
  let count = by + 1;
  let zone = timeZone === "local" ? now.timeZone : timeZone;
  const [sign, hours] = [tokens[at + count], tokens[at + count + 1]];
  if (
    /^(мск|msk)$/.test(token.form) &&
    /^[+-]$/.test(sign?.lemma ?? "") &&
    /^\d{1,2}$/.test(hours?.lemma ?? "")
  ) {
    const shifted = moscowAnd(Number(hours?.lemma) * (sign?.lemma === "-" ? -1 : 1));
    if (shifted !== undefined) {
      zone = shifted;
      count += 2;
    }
  }
  if (tokens[at + count]?.lemma === "time") count++;
  const { start, end } = spanOf(tokens, at, count);
  const said = text.slice(start, end);
  return { item: { said, timeZone: zone }, tokens: count, isSure };
}

function spanOf(tokens: readonly Token[], at: number, count: number): Span {
  return { start: tokens[at]?.start ?? 0, end: tokens[at + count - 1]?.end ?? 0 };
}
