/** Numbers and counted things in English. */

// Made when it is first asked for: what a language needs takes a start of a function milliseconds.
let decimal: Intl.NumberFormat | undefined;

export function number(value: number): string {
  decimal ??= new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
  return decimal.format(value);
}
export const count = (n: number, one: string, many: string) => `${number(n)} ${n === 1 ? one : many}`;
export const calls = (n: number) => count(n, "call", "calls");
