/** Numbers as words, in the forms in which periods and counts are typed. */

const CARDINALS = `
1: один одна одну одного одной one | 2: два две двух двое двумя пара пару пары парочку two couple | 3: три трех трое тремя three |
4: четыре четырех четверо four | 5: пять пяти пятерых five | 6: шесть шести six | 7: семь семи seven | 8: восемь восьми eight |
9: девять девяти nine | 10: десять десяти десяток ten | 11: одиннадцать одиннадцати | 12: двенадцать двенадцати | 13: тринадцать |
14: четырнадцать четырнадцати | 15: пятнадцать пятнадцати | 16: шестнадцать | 17: семнадцать | 18: восемнадцать | 19: девятнадцать |
20: двадцать двадцати twenty | 30: тридцать тридцати thirty | 40: сорок сорока forty | 50: пятьдесят пятидесяти fifty |
60: шестьдесят шестидесяти sixty | 70: семьдесят семидесяти seventy | 80: восемьдесят восьмидесяти eighty |
90: девяносто ninety | 100: сто ста hundred
`;

/** Stems; the ending tells the date («пятого», «пятое») from anything else that is the fifth («пятая неделя»). */
const ORDINALS = `
1: перв | 2: втор | 3: треть трет | 4: четверт | 5: пят | 6: шест | 7: седьм | 8: восьм | 9: девят | 10: десят | 11: одиннадцат | 12: двенадцат |
13: тринадцат | 14: четырнадцат | 15: пятнадцат | 16: шестнадцат | 17: семнадцат | 18: восемнадцат | 19: девятнадцат | 20: двадцат | 30: тридцат
`;

const read = (table: string): [number, string[]][] =>
  table
    .trim()
    .split(/\s*\|\s*/)
    .map((entry) => entry.split(": "))
    .map(([number = "", forms = ""]) => [Number(number), forms.split(" ")]);

const cardinals = new Map(
  read(CARDINALS).flatMap(([number, forms]) => forms.map((form): [string, number] => [form, number])),
);
const ordinals = read(ORDINALS);

/** `o`: as a date is said, «пятого», «пятое»; `a`: of anything else, «пятая», «пятый». */
export type NumberWord = { value: number; kind: "n" | "o" | "a" };

export function numberWordOf(form: string): NumberWord | undefined {
  const cardinal = cardinals.get(form);
  if (cardinal !== undefined) return { value: cardinal, kind: "n" };
  for (const [value, stems] of ordinals) {
    const stem = stems.find((stem) => form.startsWith(stem));
    if (stem === undefined) continue;
    const ending = form.slice(stem.length);
    if (/^(ого|его|ое|ье|е|ому|ему)$/.test(ending)) return { value, kind: "o" };
    if (/^(ый|ой|ий|ая|ую|ья|ью|ей|ом|ем|ым)$/.test(ending)) return { value, kind: "a" };
  }
  return undefined;
}

/** «двадцать» and «пятого» are one number; «пять» and «три» are two. */
export function joined(tens: NumberWord, unit: NumberWord): NumberWord | undefined {
  if (tens.kind !== "n" || tens.value % 10 !== 0 || tens.value < 20 || tens.value > 90) return undefined;
  return unit.value < 10 ? { value: tens.value + unit.value, kind: unit.kind } : undefined;
}
