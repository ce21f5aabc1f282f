import { describe, expect, it } from "vitest";
import { type Metrics, measure } from "../../../core/score/metrics.ts";
import type { Speaker, Transcript } from "../../../core/transcript.ts";
import { turnsFrom } from "./transcripts.ts";

/** "agent 0-5; client 4.5-9 Угу." Where nothing is named, four words are said. */
function transcript(durationSec: number, said: string): Transcript {
  const lines = said
    .split("; ")
    .filter(Boolean)
    .map((line) => {
      const [, speaker, startSec, endSec, text] = /^(\w+) ([\d.]+)-([\d.]+)(?: (.*))?$/s.exec(line) ?? [];
      if (speaker === undefined) throw new Error(`no line of a conversation: ${line}`);
      return {
        speaker: speaker as Speaker,
        startSec: Number(startSec),
        endSec: Number(endSec),
        text: text ?? "слово слово слово слово",
      };
    });
  return {
    callId: "20261120-upload-1",
    language: "ru",
    durationSec,
    channels: 2,
    source: { name: "test", model: null },
    roles: { by: "channel", confidence: 1 },
    turns: turnsFrom(...lines),
  };
}
const measured = (name: keyof Metrics, durationSec: number, said: string) =>
  measure(transcript(durationSec, said))[name];

it("a short call has every metric", () => {
  const metrics = measure(
    transcript(
      20,
      "agent 0-4 Добрый день! Вам удобно говорить?; client 5-7 Да, удобно. Сколько стоит?; agent 8-14 Пять тысяч, с доставкой. Подходит?; client 13.5-15.5 А быстрее можно?",
    ),
  );
  expect(metrics).toEqual({
    agentTalkShare: 0.714,
    longestAgentTurnSec: 6,
    silenceShare: 0.325,
    interruptionsByAgent: 0,
    overlapSec: 0.5,
    agentWordsPerMinute: 60,
    agentFillersPerMinute: 0,
    clientQuestions: 2,
    agentQuestions: 2,
    patienceSec: 1,
  } satisfies Metrics);
});

it.each<[string, number, string, number | null]>([
  ["half and half", 10, "agent 0-5; client 5-10", 0.5],
  ["the agent alone", 10, "agent 0-5", 1],
  ["silence does not count", 100, "agent 0-6; client 80-82", 0.75],
  ["overlap counts for both", 10, "agent 0-6; client 4-10", 0.5],
  ["no time is counted twice for one side", 10, "agent 0-6; agent 3-6; client 6-8", 0.75],
])("the agent's share of speech: %s", (_name, durationSec, said, share) => {
  expect(measured("agentTalkShare", durationSec, said)).toBe(share);
});

it.each<[string, string, number]>([
  ["one turn", "agent 2-9", 7],
  ["turns with a short pause are one stretch", "agent 0-10; agent 13-20", 20],
  ["«угу» does not end it", "agent 0-10; client 9.8-10.2 Угу.; agent 10.4-30", 30],
  ["«да, хорошо, понятно» does not end it", "agent 0-10; client 10-11 Да, хорошо, понятно.; agent 11-30", 30],
  ["words of the client end it", "agent 0-10; client 10-11 А сколько стоит?; agent 11-18", 10],
  ["waiting on the line is no monologue", "agent 0-10; agent 70-75", 10],
  ["a shorter turn inside a longer one does not shorten it", "agent 0-20; agent 5-6; agent 21-25", 25],
])("the longest monologue: %s", (_name, said, sec) => {
  expect(measured("longestAgentTurnSec", 100, said)).toBe(sec);
});

it.each<[string, number, string, number | null]>([
  ["none", 10, "agent 0-6; client 6-10", 0],
  ["a half", 20, "agent 0-6; client 16-20", 0.5],
  ["overlap is not counted twice", 10, "agent 0-4; client 2-5", 0.5],
  ["everything", 10, "", 1],
  ["turns beyond the end", 10, "agent 0-30", 0],
  ["an unknown length", 0, "agent 0-30", null],
  ["nobody told apart", 10, "unknown 0-5", 0.5],
])("the share of silence: %s", (_name, durationSec, said, share) => {
  expect(measured("silenceShare", durationSec, said)).toBe(share);
});

it.each<[string, string, number]>([
  ["the agent begins while the client speaks", "client 0-5; agent 3-8", 1],
  ["it takes half a second of both", "client 0-5; agent 4.5-8", 1],
  ["less is a breath", "client 0-5; agent 4.6-8", 0],
  ["an agent who says little is measured by that", "client 0-5; agent 2-2.4", 0],
  ["the client begins while the agent speaks", "agent 0-5; client 3-8", 0],
  ["both begin at once", "client 0-5; agent 0-4", 0],
  ["the agent's «угу»", "client 0-5; agent 2-3 Угу, понятно.", 0],
  ["over the client's «да-да-да»", "agent 0-5; client 5-7 Да-да-да; agent 5.5-9", 0],
  ["the agent ends his own sentence", "agent 0-5; client 4-9; agent 5.3-7", 0],
  ["twice", "client 0-5; agent 3-4; client 10-15; agent 12-20", 2],
  ["twice in one turn of the client", "client 0-20; agent 3-4; agent 10-12", 2],
])("interruptions by the agent: %s", (_name, said, times) => {
  expect(measured("interruptionsByAgent", 100, said)).toBe(times);
});

it.each<[string, string, number]>([
  ["none", "agent 0-5; client 5-8", 0],
  ["part of a turn", "agent 0-5; client 3.5-8", 1.5],
  ["a turn inside another", "agent 0-10; client 3-4", 1],
  ["several", "agent 0-10; client 3-4; client 9-12", 2],
  ["one side alone does not overlap itself", "agent 0-10; agent 5-12", 0],
  // Its sum ends a hair below nothing.
  ["none, in fractions", "agent 5.2-8.9; client 9.6-15.8; agent 16.3-22", 0],
])("both speaking at once: %s", (_name, said, sec) => {
  expect(measured("overlapSec", 100, said)).toBe(sec);
});

it("the agent's pace counts his words in his own speech", () => {
  const said = [
    `agent 0-30 ${"слово ".repeat(60)}`,
    `client 30-60 ${"слово ".repeat(500)}`,
    `agent 60-90 ${"слово ".repeat(30)}`,
  ].join("; ");
  expect(measured("agentWordsPerMinute", 300, said)).toBe(90);
  const untimed = transcript(300, said);
  for (const turn of untimed.turns) turn.words = [];
  expect(measure(untimed).agentWordsPerMinute).toBe(90);
});

it.each([
  ["Сколько стоит?", 1],
  ["Сколько? А когда?", 2],
  ["Что?!", 1],
  ["Да ну???", 1],
  ["Сколько стоит, не понял.", 0],
  ["Понятно.", 0],
  // Recognition without punctuation.
  ["сколько стоит", 1],
  ["скока стоит", 1],
  ["а сколько это стоит", 1],
  ["ну хорошо а когда приедете", 1],
  ["расскажите про рассрочку", 1],
  ["чё так дорого", 1],
  ["мне нужно окно", 0],
  ["я не знаю сколько стоит", 0],
  ["how much is it", 1],
  ["", 0],
])("questions in «%s»: %i", (text, questions) => {
  expect(measured("clientQuestions", 100, `agent 0-1; client 1-2 ${text}`)).toBe(questions);
  expect(measured("agentQuestions", 100, `agent 0-1 ${text}; client 1-2`)).toBe(questions);
});

it.each<[string, string, number | null]>([
  ["the mean of the pauses", "client 0-1; agent 2-3; client 3-4; agent 7-8", 2],
  ["speaking before the client ended is no pause", "client 0-5; agent 4-6", 0],
  ["the client's own pauses do not count", "agent 0-1; client 9-10", null],
])("the agent's patience: %s", (_name, said, sec) => {
  expect(measured("patienceSec", 100, said)).toBe(sec);
});

describe("what cannot be known is null", () => {
  const rest = {
    agentTalkShare: null,
    longestAgentTurnSec: null,
    interruptionsByAgent: null,
    overlapSec: null,
    agentWordsPerMinute: null,
    agentFillersPerMinute: null,
    clientQuestions: null,
    agentQuestions: null,
    patienceSec: null,
  };

  it.each<[string, string]>([
    ["on a mono recording whose voices nobody told apart", "unknown 0-5; unknown 5-10"],
    ["when one voice is unknown", "agent 0-5; unknown 5-10"],
    ["when the agent says nothing", "client 0-10"],
  ])("%s", (_name, said) => {
    expect(measure(transcript(10, said))).toEqual({ ...rest, silenceShare: 0 });
  });

  it("when nobody speaks", () => {
    expect(measure(transcript(10, ""))).toEqual({ ...rest, silenceShare: 1 });
  });
});

it("the order of the turns does not matter, and they stay as they were", () => {
  const call = transcript(30, "agent 0-5; client 4-9; agent 8-20; client 22-25");
  const shuffled = { ...call, turns: [...call.turns].reverse() };
  const before = structuredClone(shuffled);
  expect(measure(shuffled)).toEqual(measure(call));
  expect(shuffled).toEqual(before);
});
