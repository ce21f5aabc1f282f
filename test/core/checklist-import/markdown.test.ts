import { describe, expect, it } from "vitest";
import { fromMarkdown } from "../../../core/checklist-import/from-file.ts";

const markdown = (...lines: string[]) => fromMarkdown(lines.join("\n"), { fileName: "notes" });

it("reads a heading for each stage and an item for each criterion", () => {
  const { checklist, mistakes } = markdown(
    "# Чек-лист: Первая продажа",
    "Так мы судим о звонках.",
    "## Контакт",
    "- **Поздоровался** и представился (10, обязательно)",
    "  - Фразы: добрый день; здравствуйте",
    "  - Фразы: меня зовут",
    "  - В первые 30 секунд: да",
    "* [ ] Узнал имя — 5 баллов",
    "    - Полностью: спросил и обращался",
    "    - Частично: спросил",
    "## Потребность",
    "1. Выяснил [задачу](https://example.org) [20]",
    "   Хотя бы три вопроса.",
    "- Грубил (запрещено, критично)",
  );
  expect(mistakes).toEqual([]);
  expect(checklist).toMatchObject({
    name: "Первая продажа",
    criteria: [
      {
        stage: "Контакт",
        text: "Поздоровался и представился",
        weight: 10,
        mandatory: true,
        phrases: [["добрый день", "здравствуйте"], ["меня зовут"]],
        within: { firstSec: 30 },
      },
      {
        stage: "Контакт",
        text: "Узнал имя",
        weight: 5,
        levels: [{ id: "full" }, { id: "partly" }, { id: "none" }],
      },
      { stage: "Потребность", text: "Выяснил задачу", weight: 20, guidance: "Хотя бы три вопроса." },
      { text: "Грубил", polarity: "prohibited", autoFail: true },
    ],
  });
});

it("reads a table under its heading", () => {
  const { checklist } = markdown(
    "# Продажа",
    "## Контакт",
    "| Критерий | Вес | Фразы |",
    "|:---|---:|---|",
    "| Поздоровался | 10 | добрый день<br>меня зовут |",
  );
  expect(checklist?.criteria).toMatchObject([
    { stage: "Контакт", weight: 10, phrases: [["добрый день"], ["меня зовут"]] },
  ]);
});

describe("a mark at the end of an item", () => {
  it.each([
    ["Поздоровался (10)", "Поздоровался", 10],
    ["Поздоровался (вес 10)", "Поздоровался", 10],
    ["Поздоровался: 10 баллов", "Поздоровался", 10],
    ["Поздоровался – 2,5", "Поздоровался", 2.5],
    ["Ответил быстро (30 сек)", "Ответил быстро (30 сек)", undefined],
    ["Назвал имя (и компанию)", "Назвал имя (и компанию)", undefined],
    ["Работаем 24/7", "Работаем 24/7", undefined],
  ])("is its weight only when it is one: %s", (item, text, weight) => {
    const criterion = markdown(`- ${item}`).checklist?.criteria[0];
    expect([criterion?.text, criterion?.weight]).toEqual([text, weight]);
  });
});

it("takes headings of the first level for stages when there are several", () => {
  const { checklist } = markdown("# Контакт", "- Раз", "# Финал", "- Два");
  expect(checklist?.criteria.map(({ stage }) => stage)).toEqual(["Контакт", "Финал"]);
  expect(checklist?.name).toBe("notes");
});

it("leaves out what stands in a block of code", () => {
  expect(markdown("- Раз", "```", "- Два", "```").checklist?.criteria).toHaveLength(1);
});

it("tells a mistake with its line", () => {
  expect(markdown("- Раз", "  - Тип: магия").mistakes[0]?.place).toBe("line 1");
  expect(markdown("| Критерий | Вес |", "|---|---|", "| Раз | много |").mistakes[0]?.place).toBe(
    "line 3, «Вес»",
  );
  expect(markdown("Просто текст").mistakes[0]?.message).toContain("no criterion was found");
});
