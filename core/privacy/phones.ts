import { hasShape, isAligned, type Window } from "./window.ts";

/** Digits of a number with its country's code, for the countries that call most; all others have 10 to 13. */
const COUNTRIES: readonly (readonly [RegExp, number])[] = [
  [/^7/, 11],
  [/^1/, 11],
  [/^37[34]/, 11],
  [/^(375|380|99[2-68]|97[12])/, 12],
];

/** A phone that nothing but its form gives away. Returns it as it is compared: «8 912 …» and «+7 912 …» are one. */
export function phoneByForm(window: Window): string | null {
  const { digits, topic } = window;
  if (window.plus) return isInternational(digits) ? digits : null;
  // «заказ номер 89123456789»: a row without groups is what its name says.
  if (topic?.kind === "other" && topic.direct && window.solid) return null;
  if (isRussian(window)) return `7${digits.slice(1)}`;
  if (isRussianShort(window)) return `7${digits}`;
  if (isAmerican(window)) return digits.length === 10 ? `1${digits}` : digits;
  if (isWithinCity(window)) return digits;
  return null;
}

/** A phone because it was called one: its form says less. */
export function phoneByName(window: Window): string | null {
  const { digits, plus, solid } = window;
  if (window.topic?.kind !== "phone" || plus || digits.startsWith("0")) return null;
  if (/^[78]\d{10}$/.test(digits)) {
    return isAligned(window, 4, 1) && !isPriceList(window) ? `7${digits.slice(1)}` : null;
  }
  if (digits.length === 10) return isAligned(window, 3) && !isPriceList(window, ROUND) ? `7${digits}` : null;
  if (digits.length > 10) return solid && isInternational(digits) ? digits : null;
  if (digits.length !== 7) return null;
  const isGrouped = [[7], [3, 4], [3, 2, 2]].some((shape) => hasShape(window, shape));
  return isGrouped && !hasComma(window) ? digits : null;
}

function isInternational(digits: string): boolean {
  const known = COUNTRIES.find(([code]) => code.test(digits));
  if (known) return digits.length === known[1];
  return /^[2-9]\d{9,12}$/.test(digits);
}

/** 8 or 7, then a code of the numbering plan; a group must end after the code, or hold it whole. */
function isRussian(window: Window): boolean {
  return /^[78][34789]\d{9}$/.test(window.digits) && isAligned(window, 4, 1) && !isPriceList(window);
}

/** Without the 8: mobile ones start with 9; others only when they are grouped as phones are. */
function isRussianShort(window: Window): boolean {
  const { digits, gaps, sizes } = window;
  if (!/^[3489]\d{9}$/.test(digits) || !isAligned(window, 3)) return false;
  const isDashed = gaps.slice(-2).every((gap) => /^[-‑–−]$/.test(gap));
  if (!digits.startsWith("9")) {
    return hasShape({ ...window, sizes: grouped(sizes) }, [3, 3, 2, 2]) && (isDashed || !hasComma(window));
  }
  if (window.solid) return true;
  if (isPriceList(window, ROUND)) return false;
  const rest = afterCode(sizes, 3);
  // «990, 750, 1200» are three prices.
  if (rest === "34") return !hasComma(window);
  return ["7", "322", "223", "232", "2212", "2122", "1222", "3211", "31111", "1111111"].includes(rest);
}

/** Digits one by one are no group of three. */
function grouped(sizes: number[]): number[] {
  return sizes.every((size) => size === 1) ? [] : sizes;
}

/** The sizes of the groups behind the code, e.g. «322». */
function afterCode(sizes: readonly number[], code: number): string {
  let start = 0;
  const rest = sizes.flatMap((size) => {
    const from = Math.max(start, code);
    start += size;
    return start > code ? [start - from] : [];
  });
  return rest.join("");
}

/** «555-123-4567», «(555) 123-4567», or ten English digits said one by one. */
function isAmerican(window: Window): boolean {
  const { digits, gaps, english, sizes } = window;
  if (english) return /^(1?[2-9]\d{9})$/.test(digits) && window.solid;
  const isDashed = /^([-‑–.]|\))$/.test(gaps[0] ?? "") && /^[-‑–.]$/.test(gaps[1] ?? "");
  return /^[2-9]\d{2}[2-9]\d{6}$/.test(digits) && sizes.join("") === "334" && isDashed;
}

/** «234-56-78» */
function isWithinCity({ digits, gaps, sizes }: Window): boolean {
  return /^[1-9]/.test(digits) && sizes.join("") === "322" && gaps.every((gap) => /^[-‑–−]$/.test(gap));
}

const hasComma = ({ gaps }: Window) => gaps.some((gap) => /[,;]/.test(gap));

const AMOUNT = /^\d{1,3} \d\d0$/;
const ROUND = /^(\d{1,3} )?\d*0$/;

/** «восемь девятьсот, двенадцать триста, пятнадцать…»: 8 900, 12 300 and 15 … are round amounts, not a phone. */
function isPriceList({ digits, sizes, gaps }: Window, amount = AMOUNT): boolean {
  const amounts: string[][] = [[]];
  let start = 0;
  for (const [at, size] of sizes.entries()) {
    if (/[,;]/.test(gaps[at - 1] ?? "")) amounts.push([]);
    amounts.at(-1)?.push(digits.slice(start, start + size));
    start += size;
  }
  const last = amounts.at(-1) ?? [];
  const isAmount = (groups: readonly string[]) => amount.test(groups.join(" "));
  return amounts.length > 1 && amounts.slice(0, -1).every(isAmount) && (isAmount(last) || last.length === 1);
}
