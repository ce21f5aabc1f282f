/** What stands before the number of a person behind a switchboard. */
const EXTENSION = /доб|вн|ext|x|#|\*|,|;/iu;

/**
 * Whether two writings mean one number: +7 912…, 8 912… and 912… do, with or without an extension. Numbers of two countries never do, however alike they end;
 * one without its country is taken for whichever it could be.
 */
export function isSamePhone(one: string, other: string): boolean {
  const [a, b] = [digitsOf(one), digitsOf(other)];
  if (a === "" || b === "") return false;
  if (a === b) return true;
  const isNational = a.length === NATIONAL || b.length === NATIONAL;
  return isNational && a.length >= NATIONAL && b.length >= NATIONAL && lastOf(a) === lastOf(b);
}

/** Whether the number stands in a text, such as the name of a file that a switchboard has given: `2026-11-20_79123456789.mp3`. */
export function holdsPhone(text: string, phone: string): boolean {
  const digits = digitsOf(phone);
  return digits.length >= NATIONAL && text.replaceAll(/\D/g, "").includes(lastOf(digits));
}

/** Digits of a Russian number, and of an American one, without the country. */
const NATIONAL = 10;
const lastOf = (digits: string) => digits.slice(-NATIONAL);

/** With the country in front, where it is said. Inside Russia 8 stands for it, and 8 10 leads abroad. */
export function digitsOf(phone: string): string {
  const [number = ""] = phone.split(EXTENSION);
  const digits = number.replaceAll(/\D/g, "");
  if (number.trimStart().startsWith("+")) return digits;
  if (/^810\d{9,}$/.test(digits)) return digits.slice(3);
  if (/^00\d{9,}$/.test(digits)) return digits.slice(2);
  return /^8\d{10}$/.test(digits) ? `7${digits.slice(1)}` : digits;
}
