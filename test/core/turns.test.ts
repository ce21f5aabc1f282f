import fc from "fast-check";
import { expect, it } from "vitest";
import type { SpeechSegment } from "../../core/ports/speech.ts";
import type { Speaker } from "../../core/transcript.ts";
import { turnsOf } from "../../core/turns.ts";

const segment = (
  voice: number,
  startSec: number,
  endSec: number,
  text: string,
  channel = 0,
): SpeechSegment => ({
  channel,
  voice,
  startSec,
  endSec,
  text,
  words: text.split(" ").map((word) => ({ text: word, startSec, endSec })),
});
const speakerOf = ({ voice }: SpeechSegment): Speaker =>
  voice === 0 ? "agent" : voice === 1 ? "client" : "unknown";
const said = (...segments: SpeechSegment[]) =>
  turnsOf(segments, speakerOf).map(({ n, speaker, text }) => [n, speaker, text]);

it("stretches of one speaker with a short pause are one turn", () => {
  const [turn, ...others] = turnsOf(
    [segment(0, 0, 2, "Добрый день."), segment(0, 3.4, 5, "Меня зовут Анна.")],
    speakerOf,
  );
  expect(others).toEqual([]);
  expect(turn).toMatchObject({ n: 0, startSec: 0, endSec: 5, text: "Добрый день. Меня зовут Анна." });
  expect(turn!.words.map(({ text }) => text)).toEqual(["Добрый", "день.", "Меня", "зовут", "Анна."]);
});

it("a pause of a second and a half ends a turn", () => {
  expect(said(segment(0, 0, 2, "Минуту"), segment(0, 3.5, 5, "Вернулась"))).toEqual([
    [0, "agent", "Минуту"],
    [1, "agent", "Вернулась"],
  ]);
});

it("the other speaker ends a turn, however short his word", () => {
  expect(
    said(segment(0, 0, 4, "Стекло с плёнкой"), segment(1, 3, 3.3, "Угу"), segment(0, 4.1, 6, "держит тепло")),
  ).toEqual([
    [0, "agent", "Стекло с плёнкой"],
    [1, "client", "Угу"],
    [2, "agent", "держит тепло"],
  ]);
});

it("what comes out of order is put in order", () => {
  expect(said(segment(1, 5, 6, "Алло"), segment(0, 0, 1, "Да"))).toEqual([
    [0, "agent", "Да"],
    [1, "client", "Алло"],
  ]);
});

it("what begins at once is ordered by channel, so that two runs agree", () => {
  const left = segment(0, 0, 1, "Алло", 0);
  const right = segment(1, 0, 1, "Да", 1);
  expect(said(right, left)).toEqual(said(left, right));
});

it("voices that nobody told apart are not joined", () => {
  expect(said(segment(7, 0, 1, "Алло"), segment(7, 1, 2, "Да"))).toHaveLength(2);
});

it("one speaker on two channels stays apart", () => {
  expect(said(segment(0, 0, 1, "Алло", 0), segment(0, 1, 2, "Да", 1))).toHaveLength(2);
});

it("a stretch inside a longer one does not shorten it", () => {
  const [turn] = turnsOf([segment(0, 0, 9, "долго"), segment(0, 2, 3, "коротко")], speakerOf);
  expect(turn).toMatchObject({ startSec: 0, endSec: 9 });
});

it("silence makes no turn", () => {
  expect(said(segment(0, 0, 1, ""), segment(1, 1, 2, "Алло"), segment(0, 2, 3, "  "))).toEqual([
    [0, "client", "Алло"],
  ]);
});

it("no word is lost or said twice, turns are numbered in order, and the segments stay as they were", () => {
  const any = fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.nat(60), fc.nat(9), fc.nat(1))
    .map(([voice, startSec, lengthSec, channel]) =>
      segment(voice, startSec, startSec + lengthSec, `v${voice} s${startSec}`, channel),
    );
  fc.assert(
    fc.property(fc.array(any), (segments) => {
      const before = structuredClone(segments);
      const turns = turnsOf(segments, speakerOf);
      expect(segments).toEqual(before);
      expect(turns.map(({ n }) => n)).toEqual(turns.map((_turn, index) => index));
      const words = (texts: string[]) => texts.join(" ").split(" ").sort();
      expect(words(turns.map(({ text }) => text))).toEqual(words(segments.map(({ text }) => text)));
      expect(turns.flatMap((turn) => turn.words)).toHaveLength(segments.flatMap((one) => one.words).length);
      for (const [index, turn] of turns.entries())
        expect(turn.startSec).toBeGreaterThanOrEqual(turns[index - 1]?.startSec ?? 0);
    }),
  );
});

it("a turn of more words than a function takes arguments is joined as any other", () => {
  const words = Array.from({ length: 200_000 }, () => ({ text: "да", startSec: 2, endSec: 3 }));
  const [turn] = turnsOf([segment(0, 0, 2, "Добрый день."), { ...segment(0, 2, 3, "да"), words }], speakerOf);
  expect(turn!.words).toHaveLength(200_002);
});
