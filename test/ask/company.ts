import type { AskOptions } from "../../core/ask/asked.ts";
import type { StaffMember } from "../../core/ask/names.ts";

/** A sales team with every trap that Russian names have. The ids are how the tests call them. */
export const staff: readonly StaffMember[] = (
  [
    ["rudnev", "Александр Руднев", "Розница"],
    ["rudneva", "Руднева Ирина Сергеевна", "Отдел продаж"],
    ["belova", "Александра Белова", "Розница"],
    ["petrov", "Дмитрий Петров", "Отдел продаж"],
    ["shevchenko", "Евгения Шевченко", "Опт"],
    ["olga", "Мельник Ольга", "Опт"],
    ["oleg", "Мельник Олег", "Розница"],
    ["ivanova", "Иванова-Петрова Мария", "Опт"],
    ["sedykh", "Юлия Седых", "Отдел продаж"],
    ["chernykh", "Алексей Чёрных", "Опт"],
    ["kozlova", "Настя Козлова", "Опт"],
    ["lebedev", "Павел Лебедев", "Розница"],
  ] as const
).map(([id, name, department]) => ({ id, name, departments: [department] }));

/** A Friday, three in the afternoon in Moscow. */
export const now = new Date("2026-11-20T12:00:00Z");
export const timeZone = "Europe/Moscow";

export const company: AskOptions<StaffMember> = {
  staff,
  checklists: [
    { id: "first-sale", name: "Первая продажа" },
    { id: "support", name: "Техподдержка" },
  ],
  now,
  timeZone,
};
