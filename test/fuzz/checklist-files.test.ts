import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeText } from "../../core/checklist-import/delimited.ts";
import { fromDelimited, fromMarkdown, fromWorkbook } from "../../core/checklist-import/from-file.ts";
import { assertReading } from "./checklist-use.ts";
import { hostileString, hostileValue, nearValid } from "./near-valid.ts";
import { bytesOf, spoiltText } from "./near-valid-text.ts";
import { cases, endsReached, timeoutMs } from "./runs.ts";

const table = [
  ["Чек-лист: Первая продажа"],
  ["№", "Этап", "Критерий", "Вес", "Как проверять", "Фразы", "Кто", "Критично", "Полностью", "Не выполнено"],
  ["1", "Контакт", "Поздоровался", "10", "фразы", "добрый день; здравствуйте", "менеджер", "", "", ""],
  ["2", "", "Выяснил задачу", "10-5-0", "смысл", "", "", "", "Спросил о размере и сроке", "Не спросил"],
  ["3", "", "Доля речи менеджера не больше 65 %", "0,5", "метрика", "", "", "", "", ""],
  ["4", "Запреты", "Грубил", "-5", "", "", "", "да", "", ""],
  ["Итого", "", "", "25"],
];
const cellWords = [
  ...[
    "Критерий",
    "Вес",
    "Фразы",
    "Метрика",
    "Запрещено",
    "Вопрос",
    "ID",
    "Первые 30 сек",
    "Максимум",
    "да",
    "нет",
  ],
  ...[
    "10-5-0",
    "0/1/2",
    "10 %",
    "-5",
    "2026-05-10",
    "не больше 65 %",
    "от 100 до 160",
    "доля тишины",
    "24/7",
    "✓",
    "—",
  ],
  ...['"', ";", "\t", "|", "sep=;\n", "«»", "[1](2)", "- x (10)", "# Раздел"],
];

/** Rows of cells of any type, as a library for workbooks gives them. */
const rows = nearValid([table], cellWords).map((value): unknown[][] =>
  (Array.isArray(value) ? value : [value]).map((row: unknown) => (Array.isArray(row) ? row : [row])),
);
const textOf = (cell: unknown) => (typeof cell === "string" ? cell : JSON.stringify(cell));

const delimited = fc
  .tuple(rows, fc.constantFrom(";", ",", "\t"), fc.constantFrom("\n", "\r\n", "\r"), fc.boolean())
  .map(([lines, delimiter, end, quoted]) =>
    lines
      .map((cells) =>
        cells
          .map(textOf)
          .map((cell) => (quoted || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell))
          .join(delimiter),
      )
      .join(end),
  );

it(
  "a sheet of a spreadsheet's text gives a checklist or says what is wrong",
  async () => {
    const { reach, missing } = endsReached();
    const file = bytesOf(fc.oneof(delimited, spoiltText(delimited, cellWords)));
    await fc.assert(
      fc.asyncProperty(file, hostileString(), async (bytes, fileName) => {
        const reading = fromDelimited(decodeText(bytes), { fileName });
        await assertReading(reading);
        reach(reading.checklist ? "read" : "refused");
      }),
      cases,
    );
    expect(missing("refused", "read")).toEqual([]);
  },
  timeoutMs,
);

const cell = fc.oneof(
  hostileValue(cellWords),
  fc.constantFrom<unknown>(
    undefined,
    new Date(Number.NaN),
    new Date(8.64e15),
    new Date("2026-05-10"),
    10n,
    Number.NaN,
  ),
);
const sheet = fc
  .tuple(rows, fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 9 }), cell), { maxLength: 3 }))
  .map(([lines, cells]) => {
    const filled = lines.map((row) => [...row]);
    for (const [row, column, value] of cells) filled[row]?.splice(column, 1, value);
    return filled;
  });

it(
  "a workbook gives a checklist or says what is wrong, whatever its cells hold",
  async () => {
    const { reach, missing } = endsReached();
    const sheets = fc.array(fc.record({ name: hostileString(), rows: sheet }), {
      minLength: 1,
      maxLength: 2,
    });
    await fc.assert(
      fc.asyncProperty(sheets, async (book) => {
        const reading = fromWorkbook(book, { fileName: "чек-лист" });
        await assertReading(reading);
        reach(reading.checklist ? "read" : "refused");
      }),
      cases,
    );
    expect(missing("refused", "read")).toEqual([]);
  },
  timeoutMs,
);

const notes = [
  "# Чек-лист: Первая продажа",
  "## Контакт",
  "- Поздоровался (10, обязательно)",
  "  - Фразы: добрый день; здравствуйте",
  "  - Первые 30 сек: да",
  "- [x] Выяснил задачу — 20 баллов",
  "    * Полностью: **спросил** о [сроке](https://example.com)",
  "    * Не выполнено: не спросил",
  "| Критерий | Вес |",
  "|---|---|",
  "| Назвал цену | 10 |",
  "```",
  "- не критерий",
  "```",
];
const markdown = nearValid([notes], cellWords).map((value) =>
  (Array.isArray(value) ? value : [value]).map(textOf).join("\n"),
);

it(
  "notes give a checklist or say what is wrong",
  async () => {
    const { reach, missing } = endsReached();
    const file = bytesOf(fc.oneof(markdown, spoiltText(markdown, cellWords)));
    await fc.assert(
      fc.asyncProperty(file, hostileString(), async (bytes, fileName) => {
        const reading = fromMarkdown(decodeText(bytes), { fileName });
        await assertReading(reading);
        reach(reading.checklist ? "read" : "refused");
      }),
      cases,
    );
    expect(missing("refused", "read")).toEqual([]);
  },
  timeoutMs,
);
