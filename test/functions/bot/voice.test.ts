import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SpeechSegment } from "../../../core/ports/speech.ts";
import { scriptedSpeech } from "../../fakes/speech.ts";
import { wavTone } from "../../speech/recordings.ts";
import { asStranger, botWorld, putRows, rowOf } from "./bot-world.ts";

const question = wavTone({ durationSec: 2 });
const said = (text: string): SpeechSegment[] => [
  { channel: 0, voice: 0, startSec: 0, endSec: 2, text, words: [] },
];

async function speaking(text: string, pollsUntilDone = 2) {
  const hash = createHash("sha256").update(question).digest("hex");
  const speech = scriptedSpeech({ recordings: new Map([[hash, said(text)]]), pollsUntilDone });
  const world = botWorld({ speech });
  world.chat.files.set("voice-1", question);
  await putRows(world, rowOf("2026-11-19", "rudnev", 1, { percent: 40 }));
  return { world, speech };
}

describe("a spoken question", () => {
  it("is answered as if it had been typed, with what was heard", async () => {
    const { world } = await speaking("Худшие звонки вчера <b>.");
    const answer = await world.hear({ fileId: "voice-1" });
    expect(answer).toContain("Услышал: «Худшие звонки вчера <b>.»");
    expect(answer).toContain("Нашёлся 1 звонок.");
    expect(world.last().blocks.join()).toContain("вчера &lt;b&gt;");
  });

  it("costs nothing when a stranger speaks", async () => {
    const { world, speech } = await speaking("Худшие звонки вчера.");
    expect(await world.hear({ fileId: "voice-1", ...asStranger })).toContain("только сотрудникам");
    expect(speech.uploads).toBe(0);
  });

  it.each([
    ["too long", { fileId: "voice-1", durationSec: 600 }, "не длиннее полутора минут"],
    ["too large", { fileId: "voice-1", sizeBytes: 21 * 1024 * 1024 }, "не длиннее полутора минут"],
    ["gone", { fileId: "voice-2" }, "Не удалось разобрать слова"],
  ])("is refused politely when it is %s", async (_what, audio, answer) => {
    const { world, speech } = await speaking("Худшие звонки вчера.");
    expect(await world.hear(audio)).toContain(answer);
    expect(speech.uploads).toBe(0);
  });

  it("is refused politely when recognition takes longer than a person waits", async () => {
    const { world } = await speaking("Худшие звонки вчера.", 1000);
    expect(await world.hear({ fileId: "voice-1" })).toContain("Распознавание сейчас медлит");
  });

  it("is refused politely when nothing can be made out, or it is no sound", async () => {
    const { world } = await speaking(" ");
    expect(await world.hear({ fileId: "voice-1" })).toContain("Не удалось разобрать слова");
    world.chat.files.set("voice-3", new TextEncoder().encode("<html>"));
    expect(await world.hear({ fileId: "voice-3" })).toContain("Не удалось разобрать слова");
  });
});
