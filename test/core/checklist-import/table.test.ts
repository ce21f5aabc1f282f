import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Checklist } from "../../../core/checklist.ts";
import { columnOf } from "../../../core/checklist-import/columns.ts";
import { decodeText } from "../../../core/checklist-import/delimited.ts";
import { fromDelimited, fromMarkdown, fromWorkbook } from "../../../core/checklist-import/from-file.ts";
import type { Reading } from "../../../core/checklist-import/reading.ts";

const naming = { fileName: "Продажи 2026" };
const fromCsv = (...lines: string[]) => fromDelimited(lines.join("\n"), naming);
/** The only criterion of a sheet with one row. */
const criterionOf = (headings: string, row: string) => read(fromCsv(headings, row)).criteria[0];

function read({ checklist, mistakes }: Reading): Checklist {
  expect(mistakes).toEqual([]);
  return checklist as Checklist;
}

describe("a column", () => {
  it.each([
    ["№ п/п", "ordinal"],
    ["КРИТЕРИЙ ОЦЕНКИ", "text"],
    ["Вопрос / пункт", "text"],
    ["Этап разговора", "stage"],
    ["Блок вопросов", "stage"],
    ["Вес критерия, %", "weight"],
    ["Макс. балл", "weight"],
    ["Как проверять?", "check"],
    ["Тип", "check"],
    ["Ключевые слова", "phrases"],
    ["Фразы-маркеры", "phrases"],
    ["Полностью (2)", "full"],
    ["Частично", "partly"],
    ["Не выполнено", "none"],
    ["Нет", "none"],
    ["Неприменимо", "notApplicable"],
    ["Н/П", "notApplicable"],
    ["Не применяется, если", "notApplicable"],
    ["Обязательный", "mandatory"],
    ["Запрещено", "prohibited"],
    ["Стоп", "prohibited"],
    ["Критично", "autoFail"],
    ["Обнуляет оценку", "autoFail"],
    ["Стоп-фактор", "autoFail"],
    ["Кто", "speaker"],
    ["В первые 30 секунд", "firstSec"],
    ["В последние N сек.", "lastSec"],
    ["Комментарий к критерию", "guidance"],
    ["Criterion", "text"],
    ["Max score", "weight"],
    ["Not met", "none"],
    ["Да/Нет", undefined],
    ["Поздоровался, представился и назвал компанию полностью по стандарту обслуживания", undefined],
  ])("called «%s» is %s", (heading, column) => expect(columnOf(heading)).toBe(column));
});

describe("a sheet", () => {
  it("becomes a checklist, in any order of its columns", () => {
    const { checklist, warnings } = fromCsv(
      "Чек-лист: Первая продажа;;;;;;;",
      "Вес;Критерий;Этап;Фразы;Полностью;Частично;Нет;В первые 30 секунд",
      '10;Поздоровался;Контакт;"добрый день; здравствуйте',
      'меня зовут / это";;;;да',
      "20;Выяснил задачу;Потребность;;Три вопроса;Один вопрос;Ни одного;",
    );
    expect(warnings).toEqual([]);
    expect(checklist).toMatchObject({
      id: "pervaya-prodazha",
      version: 1,
      name: "Первая продажа",
      language: "ru",
      status: "draft",
      criteria: [
        {
          id: "pozdorovalsya",
          stage: "Контакт",
          check: "keyword",
          weight: 10,
          phrases: [
            ["добрый день", "здравствуйте"],
            ["меня зовут", "это"],
          ],
          within: { firstSec: 30 },
        },
        {
          id: "vyyasnil-zadachu",
          stage: "Потребность",
          check: "semantic",
          weight: 20,
          levels: [
            { id: "full", points: 1, text: "Три вопроса" },
            { id: "partly", points: 0.5, text: "Один вопрос" },
            { id: "none", points: 0, text: "Ни одного" },
          ],
        },
      ],
    });
  });

  it("is called like its file where it has no title", () => {
    expect(read(fromCsv("Вопрос;Вес", "Поздоровался;1"))).toMatchObject({
      id: "prodazhi-2026",
      name: "Продажи 2026",
    });
  });

  it("keeps the stage of merged cells, of rows that are headings, and skips totals and repeated headings", () => {
    const merged = fromCsv("Этап;Пункт;Вес", "Контакт;Раз;1", ";Два;1", "Финал;Три;1", ";Итого;3");
    expect(read(merged).criteria.map(({ stage }) => stage)).toEqual(["Контакт", "Контакт", "Финал"]);
    const rows = fromCsv("Пункт;Вес", "КОНТАКТ;", "Раз;1", "Пункт;Вес", "ФИНАЛ;", "Два;1", "Всего баллов;2");
    expect(read(rows).criteria.map(({ stage, text }) => [stage, text])).toEqual([
      ["КОНТАКТ", "Раз"],
      ["ФИНАЛ", "Два"],
    ]);
  });

  it("says that a heading without criteria may be a criterion without a weight", () => {
    expect(fromCsv("Пункт;Вес;Фразы", "Раз;1;да", "Поблагодарил;;").warnings).toEqual([
      {
        place: "row 3",
        message: expect.stringContaining("«Поблагодарил» was taken for the heading of a stage"),
      },
    ]);
  });

  it("takes «Макс. балл» for the weight, not «Балл» that is filled in for each call", () => {
    const { checklist, warnings } = fromCsv("Пункт;Балл;Макс. балл;Фразы;Клиентт", "Раз;3;5;да");
    expect(checklist?.criteria[0]?.weight).toBe(5);
    expect(warnings.map(({ place }) => place)).toEqual(["row 1, «Балл»", "row 1, «Клиентт»"]);
  });

  it("names what a misspelt column was to be", () => {
    expect(fromCsv("Критерий;Обезательный;Фразы", "Раз;да;да").warnings).toEqual([
      { place: "row 1, «Обезательный»", message: "this column is not read: did you mean «обязательный»?" },
    ]);
  });

  it("gives equal texts ids of their own and keeps an id that is given", () => {
    const ids = (...lines: string[]) => read(fromCsv(...lines)).criteria.map(({ id }) => id);
    expect(ids("Пункт", "Ещё вопросы?", "Ещё вопросы?", "???")).toEqual([
      "eshche-voprosy",
      "eshche-voprosy-2",
      "criterion-3",
    ]);
    expect(ids("Код;Пункт", "price;Цена", ";Price")).toEqual(["price", "price-2"]);
  });

  it("tells every mistake with its row and column", () => {
    const { checklist, mistakes } = fromCsv(
      "Критерий;Вес;Тип;Кто;Обязательный;Фразы",
      "Раз;много;магия;сосед;иногда;",
      ";5;;;;",
      "Три;5;ключевые слова;;;",
    );
    expect(checklist).toBeUndefined();
    expect(mistakes.map(({ place }) => place)).toEqual([
      "row 2, «Вес»",
      "row 2, «Тип»",
      "row 2, «Обязательный»",
      "row 2, «Кто»",
      "row 3",
      "row 4",
    ]);
  });

  it("without a column of criteria says how to name one", () => {
    expect(fromCsv("Имя;Телефон", "Иван;1").mistakes).toEqual([
      { place: "", message: expect.stringContaining("«Критерий»") },
    ]);
  });
});

describe("a weight", () => {
  it.each([
    ["10 баллов", 10],
    ["0,5", 0.5],
    ["15 %", 15],
    ["0/1/2", 2],
    ["10-5-0", 10],
  ])("written %s is %d", (cell, weight) => {
    expect(criterionOf("Пункт;Вес", `Раз;${cell}`)?.weight).toBe(weight);
  });

  it("of three steps says what partly is worth", () => {
    const criterion = criterionOf("Пункт;Вес;Частично", "Раз;5-3-0;Не до конца");
    expect(criterion).toMatchObject({
      levels: [{ points: 1 }, { id: "partly", points: 0.6 }, { points: 0 }],
    });
  });

  it("under 0 makes it something prohibited", () => {
    const { checklist, warnings } = fromCsv("Пункт;Вес", "Перебивал;−5");
    expect(checklist?.criteria[0]).toMatchObject({ polarity: "prohibited", weight: 5 });
    expect(warnings[0]?.message).toContain("a deduction");
  });

  it("that Excel keeps as a share is a percentage again", () => {
    const rows = [
      ["Пункт", "Вес"],
      ["Раз", 0.07000000000000001],
      ["Два", 0.43],
      ["Три", 0.5],
    ];
    expect(
      read(fromWorkbook([{ name: "Лист1", rows }], naming)).criteria.map(({ weight }) => weight),
    ).toEqual([7, 43, 50]);
  });

  it("that Excel made a date of is a mistake, and a date elsewhere is none", () => {
    const at = new Date("2026-05-10");
    const reading = (weight: unknown) =>
      fromWorkbook(
        [
          {
            name: "Лист1",
            rows: [
              ["Обновлено", at],
              ["Пункт", "Вес"],
              ["Раз", weight],
            ],
          },
        ],
        naming,
      );
    expect(reading(at).mistakes).toEqual([
      { place: "row 3, «Вес»", message: expect.stringContaining("Excel made a date") },
    ]);
    expect(reading(5).mistakes).toEqual([]);
  });

  it("that is too large for the date that its cell is formatted as is an empty cell", () => {
    const rows = [
      ["Пункт", "Вес", "Комментарий"],
      ["Раз", 5, new Date(Number.NaN)],
    ];
    expect(read(fromWorkbook([{ name: "Лист1", rows }], naming)).criteria).toEqual([
      expect.not.objectContaining({ guidance: expect.anything() }),
    ]);
  });
});

describe("a cell", () => {
  it.each([
    ["добрый день; здравствуйте + меня зовут", [["добрый день", "здравствуйте"], ["меня зовут"]]],
    ["«добрый день» / “здравствуйте”", [["добрый день", "здравствуйте"]]],
    ["работаем 24/7; круглосуточно", [["работаем 24/7", "круглосуточно"]]],
    ["добрый день, здравствуйте", [["добрый день", "здравствуйте"]]],
    ["да, конечно; разумеется", [["да, конечно", "разумеется"]]],
  ])("of phrases is read: %s", (cell, phrases) => {
    expect(criterionOf("Пункт;Фразы", `Раз;"${cell}"`)).toMatchObject({ check: "keyword", phrases });
  });

  it.each(["да", "+", "1", "✓", "критично", "Обнуляет"])("says yes: %s", (cell) => {
    expect(criterionOf("Пункт;Критично", `Раз;${cell}`)?.autoFail).toBe(true);
  });

  it.each(["нет", "-", "—", "0"])("says no: %s", (cell) => {
    expect(criterionOf("Пункт;Критично;Этап", `Раз;${cell};Контакт`)?.autoFail).toBe(false);
  });

  it("of a critical criterion warns that what must not be heard has a column of its own", () => {
    const warningsOf = (...lines: string[]) => fromCsv(...lines).warnings.map(({ place }) => place);
    expect(warningsOf("Пункт;Критично;Фразы", "Грубил;да;дурак", "Раз;;да")).toEqual(["row 2, «Критично»"]);
    expect(warningsOf("Пункт;Критично;Запрещено;Фразы", "Грубил;да;да;дурак", "Раз;;;да")).toEqual([]);
  });

  it.each([
    ["доля речи менеджера не больше 65 %", { name: "agentTalkShare", max: 0.65 }],
    ["темп от 100 до 160", { name: "agentWordsPerMinute", min: 100, max: 160 }],
    ["перебивания ≤ 2", { name: "interruptionsByAgent", max: 2 }],
    ["вопросы менеджера: не менее 3", { name: "agentQuestions", min: 3 }],
    ["доля тишины до 10%", { name: "silenceShare", max: 0.1 }],
    ["patienceSec >= 0,5", { name: "patienceSec", min: 0.5 }],
  ])("of a metric is read: %s", (cell, metric) => {
    expect(criterionOf("Пункт;Метрика", `Раз;"${cell}"`)).toMatchObject({ check: "metric", metric });
  });

  it("of a metric without a limit is a mistake", () => {
    expect(fromCsv("Пункт;Метрика", "Раз;темп").mistakes[0]).toEqual({
      place: "row 2, «Метрика»",
      message: expect.stringContaining("needs a limit"),
    });
  });

  it("says when a criterion does not apply, and a mere «да» says nothing", () => {
    expect(criterionOf("Пункт;Н/П", "Раз;Клиент спешил")?.notApplicable).toBe("Клиент спешил");
    expect(criterionOf("Пункт;Н/П", "Раз;да")).not.toHaveProperty("notApplicable");
  });

  it("says who is listened to", () => {
    expect(criterionOf("Пункт;Кто", "Раз;Клиент")).toMatchObject({ speaker: "client" });
    expect(criterionOf("Пункт;Кто", "Раз;менеджер или клиент")).toMatchObject({ speaker: "any" });
  });
});

describe("CSV", () => {
  it.each([
    ["semicolons", "Пункт;Вес\nРаз;1"],
    ["commas", "Пункт,Вес\nРаз,1"],
    ["tabs", "Пункт\tВес\nРаз\t1"],
    ["a line that names the delimiter", "sep=;\r\nПункт;Вес\r\nРаз;1\r\n"],
    ["commas inside quotes", 'Пункт,Вес\n"Раз",1'],
    ["lines of an old Macintosh", "Пункт;Вес\rРаз;1"],
  ])("is read with %s", (_name, text) => {
    expect(read(fromDelimited(text, naming)).criteria).toMatchObject([{ text: "Раз", weight: 1 }]);
  });

  it("is read in the encodings that Excel writes", () => {
    const utf16 = Buffer.from("\ufeffПункт\tВес", "utf16le");
    expect(decodeText(utf16)).toBe("Пункт\tВес");
    expect(decodeText(Buffer.from("\ufeffПункт"))).toBe("Пункт");
    expect(decodeText(Buffer.from([0xcf, 0xf3, 0xed, 0xea, 0xf2, 0xb8]))).toBe("Пунктё");
  });

  it("keeps quotes in the middle of a cell and doubled ones inside quotes", () => {
    const { criteria } = read(fromCsv("Пункт;Вес", 'Скидка 10" и "сюрприз";1', '"Назвал ""Север""";1'));
    expect(criteria.map(({ text }) => text)).toEqual(['Скидка 10" и "сюрприз"', 'Назвал "Север"']);
  });

  it("counts rows as Excel and lines as editors do", () => {
    expect(fromCsv("Пункт;Вес", '"Раз', 'два";1', "Три;много").mistakes[0]?.place).toBe(
      "row 3 (line 4), «Вес»",
    );
    expect(fromCsv("Пункт;Вес", 'Раз;"1').mistakes).toEqual([
      { place: "row 2", message: "a quote opens here and is never closed" },
    ]);
  });
});

it("reads the first sheet with criteria and names the others that have some", () => {
  const sheet = (name: string, text: string) => ({
    name,
    rows: [
      ["Пункт", "Фразы"],
      [text, "да"],
    ],
  });
  const notes = { name: "Как заполнять", rows: [["Заполняйте каждый день"]] };
  const { checklist, warnings } = fromWorkbook(
    [notes, sheet("Новые", "Раз"), sheet("Старые", "Два")],
    naming,
  );
  expect(checklist?.criteria.map(({ text }) => text)).toEqual(["Раз"]);
  expect(warnings).toEqual([{ place: "sheet «Старые»", message: expect.stringContaining("«Новые»") }]);
});

it("answers with a checklist or with mistakes, whatever a person pasted", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ";",
      ",",
      "\t",
      "\n",
      '"',
      "|",
      "---",
      "- ",
      "# ",
      "(10)",
      "Пункт",
      "Вес",
      "Фразы",
      "Этап",
      "Нет",
    ),
    fc.constantFrom("Итого", "да", "-5", "10-5-0", "  - Тип: метрика", "`", "```", "/", "+", "🙂", "\u0000"),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      for (const { checklist, mistakes } of [
        fromDelimited(`Пункт;Вес\n${text}`, naming),
        fromMarkdown(text, naming),
      ])
        expect(checklist === undefined).toBe(mistakes.length > 0);
    }),
    { numRuns: 500 },
  );
});
