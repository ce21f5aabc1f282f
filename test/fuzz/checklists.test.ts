import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type * as z from "zod";
import { type Checklist, checklistMistakes, readChecklist } from "../../core/checklist.ts";
import { decodeText } from "../../core/checklist-import/delimited.ts";
import { fromJson } from "../../core/checklist-import/from-json.ts";
import { loadChecklists } from "../../functions/score/checklists.ts";
import { designChecklist } from "../core/design-checklist.ts";
import { memoryStore } from "../fakes/store.ts";
import { assertJudges, assertReading } from "./checklist-use.ts";
import { assertNamed } from "./errors.ts";
import { hostileNumber, nearValid } from "./near-valid.ts";
import { bytesOf, nearValidText } from "./near-valid-text.ts";
import { cases, endsReached, timeoutMs } from "./runs.ts";

const sample = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "checklists", name), "utf8")) as unknown;
const seed = {
  checklist_id: "first-sale",
  name: "Первая продажа",
  criteria: [
    {
      criterion_id: "greeting",
      category: "Контакт",
      text: "Поздоровался",
      is_mandatory: true,
      check_type: "keyword",
      keywords: ["добрый день", "здравствуйте"],
    },
    { criterion_id: 2, text: "Выяснил задачу", check_type: "semantic" },
  ],
};
const examples = [
  designChecklist,
  designChecklist,
  sample("ru/first-sale.json"),
  sample("en/first-sale.json"),
  seed,
];
const words = [
  ...[
    "keyword",
    "semantic",
    "metric",
    "required",
    "prohibited",
    "agent",
    "client",
    "any",
    "published",
    "draft",
  ],
  ...[
    "patienceSec",
    "agentFillersPerMinute",
    "{company} {name} {agent}",
    "{",
    "^добрый день$",
    "не",
    "greeting",
    "needs",
  ],
];

/** Numbers at their limits in all the criteria at once: the sum of the weights is what can go wrong. */
const weighty = fc
  .array(fc.tuple(hostileNumber, hostileNumber), { minLength: 4, maxLength: 4 })
  .map((numbers) => ({
    ...designChecklist,
    criteria: designChecklist.criteria.map((criterion, index) => {
      const [weight = 0, max = 0] = numbers[index] ?? [];
      return { ...criterion, weight: Math.abs(weight), metric: { name: "agentTalkShare", max } };
    }),
  }));

it(
  "a checklist is refused with the place of each mistake, or calls can be judged by it",
  async () => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 4, arbitrary: nearValid(examples, words) }, weighty),
        async (value) => {
          let checklist: Checklist;
          try {
            checklist = readChecklist(value);
          } catch (error) {
            assertNamed(error);
            expect(checklistMistakes(error as z.ZodError).length).toBeGreaterThan(0);
            reach("refused");
            return;
          }
          reach("read");
          await assertJudges(checklist);
        },
      ),
      cases,
    );
    expect(missing("refused", "read")).toEqual([]);
  },
  timeoutMs,
);

it(
  "a JSON file is read as what it parses to, or every mistake is told with its place",
  async () => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(bytesOf(nearValidText(examples, words)), async (bytes) => {
        const text = decodeText(bytes);
        const reading = fromJson(text);
        await assertReading(reading);
        for (const { place } of reading.mistakes) expect(place).toMatch(/^line \d+, column \d+$/);
        if (reading.checklist) expect(reading.checklist).toEqual(readChecklist(JSON.parse(text)));
        reach(reading.checklist ? "read" : "refused");
      }),
      cases,
    );
    expect(missing("refused", "read")).toEqual([]);
  },
  timeoutMs,
);

it(
  "a checklist in the bucket is used or counted as broken, and hides none of its neighbours",
  async () => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(bytesOf(nearValidText(examples, words)), async (bytes) => {
        const store = memoryStore();
        await store.put("checklists/default/first-sale/3.json", bytes);
        await store.put("checklists/default/second/1.json", JSON.stringify(seed));
        const { checklists, broken } = await loadChecklists(store, "default");
        expect(checklists.length + broken).toBe(2);
        expect(checklists.at(-1)?.criteria).toHaveLength(2);
        reach(broken === 0 ? "used" : "broken");
      }),
      cases,
    );
    expect(missing("used", "broken")).toEqual([]);
  },
  timeoutMs,
);
