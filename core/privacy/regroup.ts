import { phoneByForm } from "./phones.ts";
import type { Group, Run } from "./runs.ts";
import { hasShape, isAligned, type Window, windowOf } from "./window.ts";

interface Regrouped {
  value: string;
  /** The group behind it. */
  end: number;
}

/** 8, two groups of three in two pieces each, two of two. */
const MAX_JOINED = 7;
/** 8, two groups of three, and four zeros one by one. */
const MAX_SPLIT = 7;

/** «8 девятьсот 12 345 67 89»: recognition wrote one spoken group as two. It counts only when the whole is then grouped as phones are. */
export function joinedAt(run: Run, at: number): Regrouped | undefined {
  for (let end = Math.min(run.length, at + MAX_JOINED); end >= at + 5; end--) {
    const groups = run.slice(at, end);
    const joined = joinHundreds(groups);
    if (joined.length === groups.length) continue;
    const window = windowOf(joined, run[end]);
    const value = isGroupedAsPhone(window) ? phoneByForm(window) : null;
    if (value !== null) return { value, end };
  }
  return undefined;
}

function joinHundreds(groups: readonly Group[]): Group[] {
  const joined: Group[] = [];
  for (const group of groups) {
    const last = joined.at(-1);
    const isPiece = last && /^[1-9]00$/.test(last.digits) && /^[1-9]\d?$/.test(group.digits) && !group.gap;
    if (isPiece)
      joined[joined.length - 1] = { ...last, digits: String(Number(last.digits) + Number(group.digits)) };
    else joined.push(group);
  }
  return joined;
}

const isGroupedAsPhone = (window: Window) =>
  hasShape(window, [1, 3, 3, 2, 2]) || (hasShape(window, [3, 3, 2, 2]) && window.digits.startsWith("9"));

/** «восемь девятьсот двенадцать триста сорок пять шестьдесят»: nine digits, unless 345 is 300 and 45. Then it is 8-912-300-45-60. */
export function splitAt(run: Run, at: number): Regrouped | undefined {
  for (let end = at + 3; end <= Math.min(run.length, at + MAX_SPLIT); end++) {
    const groups = run.slice(at, end);
    for (const [index, group] of groups.entries()) {
      const rest = String(Number(group.digits) % 100);
      if (!group.hasHundreds || rest.length !== 2) continue;
      const hundreds = { ...group, digits: `${group.digits[0]}00` };
      const tens = { ...group, digits: rest, gap: "", plus: false };
      const window = windowOf(groups.toSpliced(index, 1, hundreds, tens), run[end]);
      const code = window.digits.length === 11 ? 4 : 3;
      const isGrouped = [code, code + 3, code + 5].every((place) => isAligned(window, place, -1));
      const value = isGrouped ? phoneByForm(window) : null;
      if (value !== null) return { value, end };
    }
  }
  return undefined;
}
