/** Numbers and counted things in English. */

const decimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export const number = (value: number) => decimal.format(value);
export const count = (n: number, one: string, many: string) => `${number(n)} ${n === 1 ? one : many}`;
export const calls = (n: number) => count(n, "call", "calls");
