/** Numbers and counted things in Russian. */

// Made when they are first asked for: what a language needs takes a start of a function milliseconds.
let plurals: Intl.PluralRules | undefined;
let decimal: Intl.NumberFormat | undefined;

export function number(value: number): string {
  decimal ??= new Intl.NumberFormat("ru", { maximumFractionDigits: 1 });
  return decimal.format(value);
}

/** The form that goes with the number; after a fraction it is that after two: «1,5 звонка». */
export function plural(n: number, one: string, few: string, many: string): string {
  const forms: Record<string, string> = { one, few, many, other: few };
  plurals ??= new Intl.PluralRules("ru");
  return forms[plurals.select(n)] ?? many;
}

/** «1 звонок», «2 звонка», «5 звонков» */
export const count = (n: number, one: string, few: string, many: string) =>
  `${number(n)} ${plural(n, one, few, many)}`;

export const calls = (n: number) => count(n, "звонок", "звонка", "звонков");
/** After «из»: «из 21 звонка», «из 2 звонков». */
export const ofCalls = (n: number) => count(n, "звонка", "звонков", "звонков");
