import { describe, expect, it } from "vitest";
import { KeywordCriterion, MetricCriterion } from "../../../core/checklist.ts";
import type { Metrics } from "../../../core/score/metrics.ts";
import { judgeKeywords, judgeMetric } from "../../../core/score/rules.ts";
import { textsFor } from "../../../locales/index.ts";
import { type Line, readLines } from "./transcripts.ts";

const texts = textsFor("ru").verdict;
const judge = (given: Record<string, unknown>, ...lines: (string | Line)[]) =>
  judgeKeywords(
    KeywordCriterion.parse({ id: "c", text: "…", check: "keyword", ...given }),
    readLines(...lines),
    texts,
  );

describe("a keyword criterion", () => {
  const phrases = [["добрый день", "здравствуйте"], ["меня зовут"]];

  it("leaves the sum where only the company's name could meet it and nobody told that", () => {
    expect(judge({ phrases: [["{company}"]] }, "Добрый день, слушаю.")).toMatchObject({
      verdict: "not_applicable",
      points: null,
      evidence: [],
      comment: "Название компании не задано в настройках, поэтому не проверялось.",
    });
  });

  it("shows a missing phrase without its marks", () => {
    const { comment } = judge({ phrases: [["^это {agent}$"]] }, "Добрый день.");
    expect(comment).toContain("это …");
    expect(comment).not.toMatch(/[\^${}]/);
  });

  it("is met when every group is heard", () => {
    expect(judge({ phrases, weight: 5 }, "Здравствуйте, меня зовут Анна.")).toEqual({
      criterionId: "c",
      check: "keyword",
      verdict: "met",
      level: null,
      points: 1,
      weight: 5,
      evidence: [
        { turn: 0, speaker: "agent", startSec: 0, endSec: 2, quote: "Здравствуйте, меня зовут Анна." },
      ],
      comment: "Прозвучало.",
      advice: null,
    });
  });

  it("that is not met says what was missed and where it was looked for, without a quote", () => {
    expect(judge({ phrases, within: { firstSec: 30 } }, "Здравствуйте, слушаю.")).toMatchObject({
      verdict: "not_met",
      points: 0,
      evidence: [],
      comment: "Не прозвучало: «меня зовут» и подобное. Искали в репликах менеджера в первые 30 с разговора.",
    });
  });

  it("that is prohibited is met by silence and not met by the violation, with its quote", () => {
    const prohibited = { phrases: [["вы должны"]], polarity: "prohibited" };
    expect(judge(prohibited, "Вы не должны.")).toMatchObject({ verdict: "met", evidence: [] });
    expect(judge(prohibited, "Вы нам должны!")).toMatchObject({
      verdict: "not_met",
      evidence: [{ quote: "Вы нам должны!" }],
    });
    expect(judge(prohibited, "К: Вы нам должны!")).toMatchObject({ verdict: "met" });
  });

  it.each(["required", "prohibited"])("that is %s is uncertain when nobody knows who said it", (polarity) => {
    expect(
      judge({ phrases, polarity }, { speaker: "unknown", text: "Добрый день, меня зовут Анна" }),
    ).toMatchObject({ verdict: "uncertain", points: null, evidence: [] });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ lastSec: 20 }, "Искали в репликах менеджера в последние 20 с разговора."],
    [
      { firstSec: 30, lastSec: 40 },
      "Искали в репликах менеджера в первые 30 с разговора в последние 40 с разговора.",
    ],
  ])("says of %j where it was looked for", (within, where) => {
    expect(judge({ phrases, within }, "Слушаю.").comment).toBe(
      `Не прозвучало: «добрый день», «меня зовут» и подобное. ${where}`,
    );
  });

  it("says of a whole call that it was looked for everywhere", () => {
    expect(judge({ phrases: [["до свидания"]], speaker: "any" }, "Слушаю.").comment).toBe(
      "Не прозвучало: «до свидания» и подобное. Искали в репликах обеих сторон.",
    );
  });

  it("is not met when nobody at all said it, known or not", () => {
    expect(judge({ phrases }, { speaker: "unknown", text: "Алло" })).toMatchObject({ verdict: "not_met" });
  });
});

describe("a metric criterion", () => {
  const metrics: Metrics = {
    agentTalkShare: 0.7,
    longestAgentTurnSec: null,
    silenceShare: 0,
    interruptionsByAgent: 0,
    overlapSec: 0,
    agentWordsPerMinute: 120,
    agentFillersPerMinute: 2.5,
    clientQuestions: 0,
    agentQuestions: 0,
    patienceSec: 0,
  };
  const read = (metric: Record<string, unknown>, polarity = "required") =>
    judgeMetric(
      MetricCriterion.parse({ id: "m", text: "…", check: "metric", metric, polarity }),
      metrics,
      texts,
    );
  const judged = (metric: Record<string, unknown>, polarity = "required") => read(metric, polarity).verdict;

  it.each([
    [{ name: "agentTalkShare", max: 0.65 }, "not_met"],
    [{ name: "agentTalkShare", max: 0.7 }, "met"],
    [{ name: "agentTalkShare", min: 0.7 }, "met"],
    [{ name: "agentTalkShare", min: 0.71 }, "not_met"],
    [{ name: "agentWordsPerMinute", min: 100, max: 150 }, "met"],
    [{ name: "interruptionsByAgent", max: 2 }, "met"],
    [{ name: "interruptionsByAgent", min: 1 }, "not_met"],
    [{ name: "longestAgentTurnSec", max: 75 }, "uncertain"],
  ])("%j is %s", (metric, verdict) => {
    expect(judged(metric)).toBe(verdict);
  });

  it("that is prohibited is the opposite, but never of what is unknown", () => {
    expect(judged({ name: "agentTalkShare", min: 0.65 }, "prohibited")).toBe("not_met");
    expect(judged({ name: "agentTalkShare", min: 0.75 }, "prohibited")).toBe("met");
    expect(judged({ name: "longestAgentTurnSec", min: 75 }, "prohibited")).toBe("uncertain");
  });

  it("shows what was measured and its own limits, and quotes nobody", () => {
    const most = read({ name: "agentWordsPerMinute", max: 150 });
    const pace = "Измерено: темп речи менеджера — 120 слов в минуту; норма —";
    expect(most.comment).toBe(`${pace} не больше 150 слов в минуту.`);
    expect(read({ name: "agentWordsPerMinute", min: 100 }).comment).toBe(
      `${pace} не меньше 100 слов в минуту.`,
    );
    expect(read({ name: "agentWordsPerMinute", min: 100, max: 150 }).comment).toBe(
      `${pace} не меньше 100 слов в минуту и не больше 150 слов в минуту.`,
    );
    for (const verdict of [most, read({ name: "longestAgentTurnSec", max: 75 })])
      expect(verdict).toMatchObject({ evidence: [], level: null, advice: null, check: "metric" });
  });
});
