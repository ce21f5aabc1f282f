import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInn, isLuhn, isSnils } from "../../../core/privacy/check-digits.ts";
import { maskTurns } from "../../../core/privacy/mask-turns.ts";
import type { Turn } from "../../../core/transcript.ts";

const UNITS = "ноль один два три четыре пять шесть семь восемь девять".split(" ");
const TEENS =
  "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать".split(
    " ",
  );
const TENS = "_ _ двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split(" ");
const HUNDREDS = "_ сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот".split(" ");

/** As a Russian says a group of digits: leading zeros one by one, the rest as a number. */
function say(group: string): string {
  if (group === "") return "";
  if (group.startsWith("0")) return `${UNITS[0]} ${say(group.slice(1))}`.trim();
  const value = Number(group);
  if (value >= 100)
    return `${HUNDREDS[Math.trunc(value / 100)]} ${value % 100 ? say(String(value % 100)) : ""}`.trim();
  if (value >= 20) return `${TENS[Math.trunc(value / 10)]} ${value % 10 ? UNITS[value % 10] : ""}`.trim();
  return (value >= 10 ? TEENS[value - 10] : UNITS[value]) ?? "";
}

const sayAll = (groups: readonly string[], separator = " ") => groups.map(say).join(separator);
const oneByOne = (digits: string) => sayAll([...digits]);
const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => list.join(""));

interface Value {
  digits: string;
  forms: string[];
}

const phone: fc.Arbitrary<Value> = digits(9).map((rest) => {
  const [a, b, c, d] = [`9${rest.slice(0, 2)}`, rest.slice(2, 5), rest.slice(5, 7), rest.slice(7)] as const;
  return {
    digits: a + b + c + d,
    forms: [
      `8 ${a} ${b} ${c} ${d}`,
      `8${a}${b}${c}${d}`,
      `+7${a}${b}${c}${d}`,
      `+7 (${a}) ${b}-${c}-${d}`,
      `8${a}. ${b} ${c} ${d}`,
      `8.${a}.${b}.${c}.${d}`,
      `${a} ${b}-${c}-${d}`,
      `восемь ${sayAll([a, b, c, d])}`,
      `восемь, ${sayAll([a, b, c, d], ", ")}`,
      `плюс семь ${sayAll([a, b, c, d])}`,
      `восемь ${oneByOne(a + b + c + d)}`,
      `8 ${say(a)} ${b} ${say(c)} ${d}`,
      `восемь ${say(a)} ${b} ${c} ${say(d)}`,
    ],
  };
});

const withCheck = (length: number, check: (value: string) => boolean, last: number) =>
  digits(length).map((start) => {
    for (let end = 0; end < 10 ** last; end++) {
      const value = start + String(end).padStart(last, "0");
      if (check(value)) return value;
    }
    return "";
  });
const fours = (value: string) => value.match(/.{4}/g) ?? [];
const twos = (value: string) => value.match(/.{2}/g) ?? [];

const card: fc.Arbitrary<Value> = withCheck(14, (rest) => isLuhn(`4${rest}`), 1)
  .map((rest) => `4${rest}`)
  .map((value) => ({
    digits: value,
    forms: [value, fours(value).join(" "), fours(value).join("-"), sayAll(twos(value)), oneByOne(value)],
  }));
const inn: fc.Arbitrary<Value> = withCheck(10, isInn, 2)
  .filter((value) => value !== "")
  .map((value) => ({
    digits: value,
    forms: [value, `ИНН ${oneByOne(value)}`, `ИНН ${twos(value).join(" ")}`],
  }));
const snils: fc.Arbitrary<Value> = withCheck(9, isSnils, 2)
  .filter((value) => value !== "")
  .map((value) => ({
    digits: value,
    forms: [
      `${value.slice(0, 3)}-${value.slice(3, 6)}-${value.slice(6, 9)} ${value.slice(9)}`,
      `СНИЛС ${value}`,
    ],
  }));
const passport: fc.Arbitrary<Value> = digits(10).map((value) => ({
  digits: value,
  forms: [
    `паспорт ${value.slice(0, 4)} ${value.slice(4)}`,
    `${value.slice(0, 2)} ${value.slice(2, 4)} ${value.slice(4)}`,
    `серия ${sayAll([value.slice(0, 2), value.slice(2, 4)])} номер ${sayAll([value.slice(4, 7), value.slice(7)])}`,
  ],
}));

const chatter = fc.constantFrom(
  "да, записывайте",
  "слушаю вас",
  "это 84 000 рублей за монтаж",
  "в 15:30 двенадцатого мая",
  "окно 120х80 подойдёт",
  "спасибо, Ольга",
  "сто процентов верно",
);
const said = fc
  .oneof(phone, phone, card, inn, snils, passport)
  .chain((value) => fc.constantFrom(...value.forms).map((form) => ({ digits: value.digits, form })));

/** Turns of chatter with values in between; `values` are the digits of all of them. */
const conversation = fc
  .array(fc.tuple(chatter, fc.option(said), chatter, fc.boolean()), { minLength: 1, maxLength: 6 })
  .map((lines) => ({
    turns: turnsOf(
      lines.map(([before, value, after]) => [before, value?.form, after].filter(Boolean).join(" — ")),
    ),
    values: lines.flatMap(([, value]) => (value ? [value.digits] : [])),
  }));

function turnsOf(texts: readonly string[]): Turn[] {
  return texts.map((text, n) => ({
    n,
    speaker: n % 2 === 0 ? "client" : "agent",
    channel: n % 2,
    startSec: n,
    endSec: n + 1,
    text,
    words: [],
  }));
}

/** Whatever could upset the search: numbers in pieces, words of numbers, topics, tokens, marks, other scripts. */
const soup = fc
  .array(
    fc
      .array(
        fc.oneof(
          {
            weight: 4,
            arbitrary: fc.constantFrom(...UNITS, ...TEENS, ...TENS.slice(2), ...HUNDREDS.slice(1)),
          },
          { weight: 4, arbitrary: fc.integer({ min: 0, max: 999 }).map(String) },
          { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 10n ** 17n }).map(String) },
          {
            weight: 3,
            arbitrary: fc.constantFrom(
              ..."8 912 345 67 89|8 912|345|67 89|7707083893|4276 3800 1234 5679|112-233-445 95|нуля|пятёрки|double|one|oh|plus".split(
                "|",
              ),
              ..."плюс|+|,|.|-|(|)|:|№|@|собака|точка|ру|яндекс|a@b.ru|номер|и|да|так|это|рублей|тысяч".split(
                "|",
              ),
              ..."телефон|карта|ИНН|СНИЛС|паспорт|серия|заказ|[ТЕЛЕФОН_1]|ТЕЛЕФОН_2|[ТЕЛЕФОН_1_ЧАСТЬ_2]|ИНН_".split(
                "|",
              ),
              "12.05.2024",
            ),
          },
          { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 5 }) },
        ),
        { maxLength: 25 },
      )
      .chain((pieces) => fc.constantFrom(" ", " ", ", ", "").map((separator) => pieces.join(separator))),
    { minLength: 1, maxLength: 5 },
  )
  .chain((texts) => fc.constantFrom(1, 2).map((voices) => ({ texts, voices })))
  .map(({ texts, voices }) =>
    turnsOf(texts).map((turn) =>
      voices === 2 ? turn : { ...turn, speaker: "unknown" as const, channel: 0 },
    ),
  );

const TOKEN = /\[(ТЕЛЕФОН|КАРТА|ПОЧТА|ПАСПОРТ|ИНН|СНИЛС)_\d+(_ЧАСТЬ_\d+)?\]/g;
const runs = { numRuns: 400 };

describe("masking", () => {
  it("hides every value, in whatever form it was said", () => {
    fc.assert(
      fc.property(conversation, ({ turns, values }) => {
        const masked = maskTurns(turns);
        const left = masked.turns.map((turn) => turn.text.replaceAll(TOKEN, "")).join("\n");
        const spoken = left.toLowerCase().match(/\p{L}+/gu) ?? [];
        const asDigits = (word: string) => (UNITS.includes(word) ? UNITS.indexOf(word) : "");
        const rest = [left.replaceAll(/\D/g, ""), spoken.map(asDigits).join("")];
        for (const value of values) for (const text of rest) expect(text).not.toContain(value);
        expect(left.replaceAll(/84 000|15:30|120х80/g, "")).not.toMatch(/\d/);
        expect(spoken.filter((word) => HUNDREDS.includes(word) && word !== "сто")).toEqual([]);
      }),
      runs,
    );
  });

  it("leaves the chatter around the values word for word", () => {
    fc.assert(
      fc.property(fc.array(chatter, { maxLength: 8 }), (lines) => {
        const turns = turnsOf(lines);
        expect(maskTurns(turns).turns).toEqual(turns);
      }),
    );
  });

  it("gives one token to one number, whichever two ways it is said", () => {
    fc.assert(
      fc.property(phone, fc.nat(12), fc.nat(12), ({ forms }, first, second) => {
        const { turns, found } = maskTurns(turnsOf([forms[first]!, `так, ${forms[second]!}`]));
        expect(turns.map((turn) => turn.text)).toEqual(["[ТЕЛЕФОН_1]", "так, [ТЕЛЕФОН_1]"]);
        expect(found.phone).toBe(1);
      }),
      runs,
    );
  });

  it("hides a phone wherever it is cut into turns", () => {
    fc.assert(
      fc.property(phone, fc.integer({ min: 1, max: 4 }), fc.boolean(), ({ digits: value }, cut, isSpoken) => {
        const groups = ["8", value.slice(0, 3), value.slice(3, 6), value.slice(6, 8), value.slice(8)];
        const text = (part: string[]) => (isSpoken ? sayAll(part) : part.join(" "));
        const { turns } = maskTurns(turnsOf([text(groups.slice(0, cut)), "Так.", text(groups.slice(cut))]));
        expect(turns.map((turn) => turn.text)).toEqual([
          "[ТЕЛЕФОН_1_ЧАСТЬ_1]",
          "Так.",
          "[ТЕЛЕФОН_1_ЧАСТЬ_2]",
        ]);
      }),
      runs,
    );
  });

  it("is undone by unmasking, turn by turn", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          conversation.map(({ turns }) => turns),
        ),
        (turns) => {
          const masked = maskTurns(turns);
          const back = masked.turns.map((turn) => masked.unmask(turn.text, turn.n));
          expect(back).toEqual(turns.map((turn) => turn.text));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("is undone without the turn's number when there is one turn", () => {
    fc.assert(
      fc.property(soup, ([turn]) => {
        const masked = maskTurns([turn!]);
        expect(masked.unmask(masked.turns[0]!.text)).toBe(turn!.text);
      }),
      runs,
    );
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          conversation.map(({ turns }) => turns),
        ),
        (turns) => {
          const once = maskTurns(turns).turns;
          expect(maskTurns(once).turns).toEqual(once);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("keeps the turns' numbers, speakers, times and count", () => {
    fc.assert(
      fc.property(soup, (turns) => {
        const strip = (list: readonly Turn[]) => list.map((turn) => ({ ...turn, text: "" }));
        expect(strip(maskTurns(turns).turns)).toEqual(strip(turns));
      }),
    );
  });

  it("leaves text without digits, number words and addresses as it is", () => {
    const letters = fc.string({
      unit: fc.constantFrom(..."абвгдежзийклмнопрстуфхцчшщъыьэюяё .,!?«»—-:;()[]_"),
    });
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 5 }), (texts) => {
        const turns = turnsOf(texts);
        expect(maskTurns(turns).turns).toEqual(turns);
      }),
    );
  });
});
