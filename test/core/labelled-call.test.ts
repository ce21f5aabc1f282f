import { describe, expect, it } from "vitest";
import { Checklist } from "../../core/checklist.ts";
import { LabelledCall, labelMistakes, transcriptOf } from "../../core/labelled-call.ts";
import { Transcript } from "../../core/transcript.ts";

const checklist = Checklist.parse({
  id: "sample",
  version: 1,
  name: "Пример",
  criteria: [
    { id: "greeting", text: "Поздоровался", check: "keyword", phrases: [["добрый день"]] },
    { id: "rude", text: "Грубил", check: "semantic", polarity: "prohibited" },
    { id: "listens", text: "Слушал", check: "metric", metric: { name: "agentTalkShare", max: 0.65 } },
  ],
});

const turns = [
  { speaker: "agent", text: "Добрый день — Анна, слушаю вас." },
  { speaker: "client", text: "Здравствуйте." },
];
const labels = {
  greeting: { verdict: "met", turn: 0 },
  rude: { verdict: "met", turn: null },
  listens: { verdict: "met", turn: null },
};

function call(differs: object = {}): LabelledCall {
  return LabelledCall.parse({
    checklist: "sample",
    language: "ru",
    note: "Nothing.",
    turns,
    labels,
    ...differs,
  });
}

function mistakes(changed: object): string[] {
  return labelMistakes(call({ labels: { ...labels, ...changed } }), checklist);
}

describe("the transcript of a labelled call", () => {
  it("is laid out from its words: 2.5 words a second, 0.6 s before every turn", () => {
    const transcript = transcriptOf(call(), "sample/one");
    expect(Transcript.parse(transcript)).toEqual(transcript);
    expect(transcript).toMatchObject({ callId: "sample/one", language: "ru", channels: 2, durationSec: 3.6 });
    expect(transcript.turns.map(({ startSec, endSec, channel }) => [startSec, endSec, channel])).toEqual([
      [0.6, 2.6, 0],
      [3.2, 3.6, 1],
    ]);
    expect(transcript.turns[0]?.words.map((word) => [word.text, word.startSec, word.endSec])).toEqual([
      ["Добрый", 0.6, 1],
      ["день", 1, 1.4],
      ["Анна,", 1.4, 1.8],
      ["слушаю", 1.8, 2.2],
      ["вас.", 2.2, 2.6],
    ]);
  });

  it("keeps the times that are given and goes on behind the last word before", () => {
    const interrupted = transcriptOf(
      call({
        turns: [
          { speaker: "client", text: "Я хотел спросить про цену", startSec: 10, endSec: 14 },
          { speaker: "agent", text: "Секунду", startSec: 12, endSec: 12.5 },
          { speaker: "client", text: "Да, жду" },
        ],
        labels: {},
      }),
    );
    expect(interrupted.turns.map(({ startSec, endSec }) => [startSec, endSec])).toEqual([
      [10, 14],
      [12, 12.5],
      [14.6, 15.4],
    ]);
    expect(interrupted.turns[0]?.words[4]).toEqual({ text: "цену", startSec: 13.2, endSec: 14 });
  });
});

describe("a labelled call", () => {
  it.each([
    ["a misspelt field", { turns: [{ ...turns[0], start: 1 }] }],
    ["a time without its partner", { turns: [{ ...turns[0], startSec: 1 }] }],
    ["a turn that ends before it begins", { turns: [{ ...turns[0], startSec: 3, endSec: 2 }] }],
    ["a turn without a word", { turns: [{ speaker: "agent", text: "…" }] }],
    ["no turns", { turns: [] }],
    ["turns out of order", { turns: [turns[0], { ...turns[1], startSec: 0.1, endSec: 0.5 }] }],
    ["an unknown verdict", { labels: { ...labels, rude: { verdict: "fail", turn: null } } }],
  ])("is refused for %s", (_mistake, differs) => {
    expect(() => call(differs)).toThrow();
  });

  it("names every criterion without a label and every label without a criterion", () => {
    const wrong = call({ labels: { greeting: labels.greeting, greating: labels.greeting } });
    expect(labelMistakes(wrong, checklist)).toEqual([
      "labels.greating: the checklist sample has no such criterion",
      "labels.rude: has no label",
      "labels.listens: has no label",
    ]);
  });

  it("needs an existing turn of the right speaker for what was heard", () => {
    expect(mistakes({})).toEqual([]);
    expect(mistakes({ greeting: { verdict: "met", turn: null } })).toHaveLength(1);
    expect(mistakes({ greeting: { verdict: "partly", turn: 2 } })[0]).toContain("no turn 2");
    expect(mistakes({ greeting: { verdict: "met", turn: 1 } })[0]).toContain("the client's");
    expect(mistakes({ greeting: { verdict: "not_met", turn: null } })).toEqual([]);
    expect(mistakes({ greeting: { verdict: "not_applicable" } })).toEqual([]);
  });

  it("takes not_met of a prohibited criterion for heard, and met with a turn for a mistake", () => {
    expect(mistakes({ rude: { verdict: "not_met", turn: null } })).toHaveLength(1);
    expect(mistakes({ rude: { verdict: "not_met", turn: 0 } })).toEqual([]);
    expect(mistakes({ rude: { verdict: "met", turn: 0 } })[0]).toContain("it is not_met");
  });
});
