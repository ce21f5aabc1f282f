import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { defaultSettings } from "../core/settings.ts";
import { type EvaluateWith, evaluate } from "../local/cli/evaluate.ts";
import { type LabelledSet, loadLabelledSet } from "../local/cli/evaluate-load.ts";
import type { Report } from "../local/cli/evaluate-report.ts";

const folder = join(import.meta.dirname, "labelled");

describe("the labelled calls", () => {
  let set: LabelledSet;
  beforeAll(async () => {
    set = await loadLabelledSet(folder);
  });

  it("are at least forty conversations of 12 to 50 turns, each with a note of its own", () => {
    expect(set.items.length).toBeGreaterThanOrEqual(40);
    const strange = set.items.filter(({ call }) => call.turns.length < 12 || call.turns.length > 50);
    expect(strange.map(({ id }) => id)).toEqual([]);
    expect(new Set(set.items.map(({ call }) => call.note)).size).toBe(set.items.length);
  });

  it("show every criterion of every sample both met and failed", () => {
    const oneSided = [...new Set(set.items.map(({ checklist }) => checklist))].flatMap((checklist) => {
      const calls = set.items.filter((item) => item.checklist === checklist);
      return checklist.criteria.flatMap(({ id }) => {
        const verdicts = new Set(calls.map(({ call }) => call.labels[id]?.verdict));
        const isFailed = verdicts.has("not_met") || verdicts.has("partly");
        return verdicts.has("met") && isFailed ? [] : [`${checklist.id} (${checklist.language}) ${id}`];
      });
    });
    expect(oneSided).toEqual([]);
  });

  it("are of every sample checklist", () => {
    const samples = new Set(set.items.map(({ checklist: { id, language } }) => `${language}/${id}`));
    expect([...samples].sort()).toEqual([
      "en/first-sale",
      "ru/booking",
      "ru/first-sale",
      "ru/repeat-sale",
      "ru/support",
    ]);
  });
});

describe("rules agree with people", () => {
  const ports: EvaluateWith = {
    llm: null,
    callTypes: defaultSettings.callTypes,
    wait: async () => undefined,
    progress: () => undefined,
  };
  let keyword: Report;
  let metric: Report;
  beforeAll(async () => {
    keyword = await evaluate({ labelled: folder, only: "keyword" }, ports);
    metric = await evaluate({ labelled: folder, only: "metric" }, ports);
  });

  /** `checklist/criterion n κ`, the same figures that `cqa evaluate` prints. */
  const figures = ({ checklists }: Report) =>
    checklists.flatMap(({ id, language, criteria }) =>
      criteria.map(({ name, n, kappa }) => `${language}/${id}/${name} ${n} ${kappa?.toFixed(2)}`),
    );

  it("beyond κ 0.9 about words", () => {
    expect(keyword.overall.find(({ check }) => check === "keyword")?.kappa).toBeGreaterThanOrEqual(0.9);
    expect(keyword.notJudged).toEqual([]);
  });

  it("about words, criterion by criterion", () => {
    expect(figures(keyword)).toEqual([
      "ru/booking/greeting 10 0.67",
      "ru/booking/visited-before 10 1.00",
      "ru/booking/directions 10 1.00",
      "ru/booking/farewell 10 1.00",
      "ru/booking/stop-phrases 10 1.00",
      "ru/first-sale/greeting 11 1.00",
      "ru/first-sale/introduction 11 1.00",
      "ru/first-sale/free-measuring 11 0.79",
      "ru/first-sale/farewell 11 1.00",
      "ru/first-sale/stop-phrases 11 1.00",
      "en/first-sale/greeting 4 1.00",
      "en/first-sale/introduction 4 0.50",
      "en/first-sale/farewell 4 1.00",
      "en/first-sale/stop-phrases 4 1.00",
      "ru/repeat-sale/introduction 10 1.00",
      "ru/repeat-sale/loyal-terms 10 1.00",
      "ru/repeat-sale/farewell 10 1.00",
      "ru/repeat-sale/stop-phrases 10 1.00",
      "ru/support/greeting 9 1.00",
      "ru/support/check-result 9 1.00",
      "ru/support/farewell 9 1.00",
      "ru/support/stop-phrases 9 1.00",
      "ru/support/hold-phrases 9 1.00",
    ]);
  });

  it("about figures of the talk, criterion by criterion", () => {
    expect(metric.overall.find(({ check }) => check === "metric")?.kappa).toBeGreaterThanOrEqual(0.9);
    expect(figures(metric)).toEqual([
      "ru/booking/lets-finish 10 1.00",
      "ru/first-sale/listens 11 1.00",
      "ru/first-sale/monologue 11 1.00",
      "ru/first-sale/fillers 11 0.63",
      "en/first-sale/listens 4 1.00",
      "ru/repeat-sale/listens 10 1.00",
      "ru/support/lets-finish 9 1.00",
    ]);
  });

  it("and disagree where a rule cannot know, nowhere else", () => {
    expect(keyword.disagreements.map(({ call, criterion }) => `${call} ${criterion}`).sort()).toEqual([
      // A rule says met or not_met; a person heard a part of it.
      "booking/fitness-husband-answers greeting",
      "booking/fitness-yoga-sarcastic greeting",
      // «Всё обмерит … и за это ни копейки не возьмёт»: no phrase, a dozen words apart.
      "first-sale/dacha-without-commas free-measuring",
      // Nobody told the company's name, so the rule cannot know that none was said.
      "first-sale/en-eucalyptus-and-no-lane introduction",
    ]);
  });

  it("with quotes that stand letter for letter in their turn", () => {
    expect(keyword.quotes).toMatchObject({ share: 1, refuted: [] });
    expect(keyword.quotes.n).toBeGreaterThan(100);
  });
});
