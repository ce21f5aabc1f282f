import { readFile } from "node:fs/promises";
import { beforeAll, expect, it } from "vitest";
import { addDays, daysFromTo } from "../../../core/ask/calendar.ts";
import { checklistKey } from "../../../core/bucket-layout.ts";
import { writeJson } from "../../../core/store-json.ts";
import { staff } from "../../ask/company.ts";
import { sentences } from "../../ask/sentences.ts";
import { type BotWorld, botWorld, putRows, rowOf } from "./bot-world.ts";

/** Every sentence of the list, said to the bot: the index is asked of the days and the people that the list says. */

const ABOUT_CALLS = /^(calls|score latest|score worst|score best|digest|agent|team|compare|objections)\b/;
const DAYS = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"];

const sample = JSON.parse(
  await readFile(new URL("../../../checklists/ru/first-sale.json", import.meta.url), "utf8"),
);

let world: BotWorld;

beforeAll(async () => {
  world = botWorld();
  for (const id of ["first-sale", "support"]) {
    const name = id === "support" ? "Техподдержка" : "Первая продажа";
    await writeJson(world.store, checklistKey("default", id, 1), { ...sample, id, version: 1, name });
  }
  await putRows(
    world,
    ...DAYS.flatMap((day) => staff.map(({ id }, n) => rowOf(day, id, n, { percent: 40 + n * 5 }))),
  );
});

it.each(sentences)("«%s» asks the index as the list says: %s", async (text, expected) => {
  world.asked.find.length = 0;
  world.asked.aggregate.length = 0;
  const said = await world.say(text);
  expect(said).not.toBe("");
  expect(said).not.toContain("что-то сломалось");
  const { kind, days, people } = meant(expected);

  if (kind.startsWith("unclear")) {
    expect(world.buttons().size).toBeGreaterThan(0);
    return;
  }
  if (!ABOUT_CALLS.test(kind)) return;
  if (/\w\|\w/.test(expected)) return expect(said).toContain("Кто имеется в виду");
  if (people.some((one) => one.startsWith("?"))) return expect(said).toContain("Никого с именем");
  if (days === null || kind.includes("in_progress")) return;
  const asked = [...world.asked.find, ...world.asked.aggregate] as Record<string, unknown>[];
  expect(asked).toContainEqual(expect.objectContaining(days));
  const single = people.filter((id) => staff.some((member) => member.id === id));
  if (single.length > 0 && /^(calls|score)/.test(kind))
    expect(asked).toContainEqual(expect.objectContaining({ ...days, agentIds: single }));
  for (const id of single) expect(said).toContain(staff.find((member) => member.id === id)?.name ?? id);
});

/** The list's short words taken apart. */
function meant(expected: string) {
  const [kind = "", ...rest] = expected.split("; ");
  const period = rest.find((part) => /^(…|(\d{4}-)?\d{2}-\d{2})/.test(part))?.split(/[ +]/)[0];
  const people = rest
    .filter((part) => !/^(…|(\d{4}-)?\d{2}-\d{2}|\(\?\)|not |\[|everybody|self)/.test(part))
    .flatMap((part) => part.split(/, | not /))
    .filter((part) => !part.startsWith("department of"));
  if (period === undefined || expected.includes("+")) return { kind, days: null, people };
  const [first = "", last = first] = period.split("..");
  const to = whole(last);
  const from = first === "…" ? addDays(to, -399) : whole(first);
  const isLong = daysFromTo(from, to) > 400;
  return { kind, days: { from: isLong ? addDays(to, -399) : from, to }, people };
}

const whole = (day: string) => (day.length === 5 ? `2026-${day}` : day);
