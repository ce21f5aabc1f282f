import { describe, expect, it } from "vitest";
import type { Direction } from "../../core/call.ts";
import type { SpeechSegment } from "../../core/ports/speech.ts";
import { decideRoles } from "../../core/roles.ts";

/** Voice 0 or 1 and what it says, in order, on one channel. */
function mono(direction: Direction | null, ...said: [voice: number | null, text: string][]) {
  const segments = said.map(
    ([voice, text], index): SpeechSegment => ({
      channel: 0,
      voice,
      startSec: index * 3,
      endSec: index * 3 + 2,
      text,
      words: [],
    }),
  );
  const decision = decideRoles(segments, { channels: 1, agentChannel: 0, direction });
  return { ...decision, speakers: segments.map(decision.speakerOf) };
}

describe("on a recording with a channel for each side", () => {
  const segment = (channel: number): SpeechSegment => ({
    channel,
    voice: null,
    startSec: 0,
    endSec: 1,
    text: "Сколько стоит?",
    words: [],
  });

  it.each([
    [0, ["agent", "client"]],
    [1, ["client", "agent"]],
  ])("the agent is on channel %i", (agentChannel, speakers) => {
    const segments = [segment(0), segment(1)];
    const { roles, speakerOf } = decideRoles(segments, { channels: 2, agentChannel, direction: "incoming" });
    expect(roles).toEqual({ by: "channel", confidence: 1 });
    expect(segments.map(speakerOf)).toEqual(speakers);
  });

  it("a channel is a channel even when the other one is silent", () => {
    const { speakerOf } = decideRoles([segment(1)], { channels: 2, agentChannel: 0, direction: null });
    expect(speakerOf(segment(1))).toBe("client");
  });
});

describe("on one channel the agent is told by what the voices say:", () => {
  it.each<[string, Direction | null, [number, string][], agent: number]>([
    [
      "an agent who answers for the company",
      "incoming",
      [
        [0, "Компания «Север-Окна», Анна, слушаю вас."],
        [1, "Здравствуйте, хотела узнать, сколько стоит окно."],
      ],
      0,
    ],
    [
      "an agent who calls back",
      "outgoing",
      [
        [1, "Алло."],
        [0, "Добрый день, меня зовут Иван, компания «Север-Окна». Вы оставляли заявку, удобно говорить?"],
        [1, "Да, удобно."],
      ],
      0,
    ],
    [
      "voices numbered the other way round",
      "outgoing",
      [
        [0, "Да, слушаю."],
        [1, "Здравствуйте, это отдел продаж, звоню по вашей заявке."],
      ],
      1,
    ],
    [
      "the client names himself too",
      "incoming",
      [
        [0, "Компания «Север-Окна», меня зовут Анна, чем могу помочь?"],
        [1, "Добрый день, меня зовут Ольга, мне нужно окно."],
      ],
      0,
    ],
    [
      "the client calls from another company",
      "incoming",
      [
        [0, "Отдел продаж, менеджер Иван, слушаю."],
        [1, "Здравствуйте, компания «Ромашка», звоню узнать про окна."],
        [0, "Как могу к вам обращаться?"],
      ],
      0,
    ],
    [
      "a company is called and answers with its own name",
      "outgoing",
      [
        [0, "Компания «Ромашка», слушаю вас."],
        [1, "Добрый день, меня зовут Анна, компания «Север-Окна», удобно говорить? Звоню по вашей заявке."],
        [0, "Да. Сколько стоит пять окон?"],
      ],
      1,
    ],
    [
      "the client speaks of a company and a manager later on",
      "incoming",
      [
        [0, "Добрый день, «Север-Окна», чем могу помочь?"],
        [1, "Сколько стоит окно?"],
        [0, "Двенадцать тысяч."],
        [1, "Дороговато."],
        [0, "С чем сравниваете?"],
        [1, "У меня другая компания, менеджер оттуда дешевле предлагал, их отдел продаж звонил."],
      ],
      0,
    ],
    [
      "recognition without capitals and punctuation",
      "incoming",
      [
        [0, "добрый день север окна меня зовут анна чем могу помочь"],
        [1, "здрасьте а скока стоит балкон"],
      ],
      0,
    ],
    [
      "an English call",
      null,
      [
        [0, "Thank you for calling North Windows, my name is Ann. How can I help?"],
        [1, "Hi, how much is a window?"],
      ],
      0,
    ],
    [
      "the client asks for a manager of the sales department",
      "incoming",
      [
        [0, "«Север-Окна», слушаю, меня зовут Анна."],
        [1, "Здравствуйте, соедините с отделом продаж."],
      ],
      0,
    ],
  ])("%s", (_name, direction, said, agent) => {
    const { roles, speakers } = mono(direction, ...said);
    expect(speakers).toEqual(said.map(([voice]) => (voice === agent ? "agent" : "client")));
    expect(roles.by).toBe("rules");
    expect(roles.confidence).toBeGreaterThan(0.5);
    expect(roles.confidence).toBeLessThanOrEqual(0.95);
  });
});

describe("nobody is named", () => {
  it.each<[string, Direction | null, [number | null, string][]]>([
    [
      "when nothing tells",
      null,
      [
        [0, "Алло."],
        [1, "Да-да, слышно?"],
      ],
    ],
    [
      "when being called first is all there is",
      "incoming",
      [
        [0, "Алло."],
        [1, "Здравствуйте."],
      ],
    ],
    [
      "when both sound like the agent",
      null,
      [
        [0, "Меня зовут Анна, компания «Север-Окна»."],
        [1, "Меня зовут Иван, компания «Ромашка»."],
      ],
    ],
    [
      "when voices were not separated",
      "incoming",
      [
        [null, "Компания «Север-Окна»."],
        [null, "Сколько стоит?"],
      ],
    ],
    ["when one voice was heard", "incoming", [[0, "Компания «Север-Окна», отдел продаж."]]],
    ["when nothing was heard", "incoming", []],
    [
      "by a negation",
      null,
      [
        [0, "Это не компания."],
        [1, "Алло."],
      ],
    ],
  ])("%s", (_name, direction, said) => {
    const { roles, speakers } = mono(direction, ...said);
    expect(roles).toEqual({ by: "unknown", confidence: 0 });
    expect(speakers).toEqual(said.map(() => "unknown"));
  });

  it("for a stretch without a voice among voices that are known", () => {
    const { speakers } = mono(
      "incoming",
      [0, "Компания «Север-Окна», чем могу помочь?"],
      [null, "Мгм"],
      [1, "Сколько стоит окно?"],
    );
    expect(speakers).toEqual(["agent", "unknown", "client"]);
  });
});

it("confidence grows with the difference", () => {
  const little = mono("incoming", [0, "Меня зовут Анна."], [1, "Здравствуйте."]);
  const much = mono(
    "incoming",
    [0, "Меня зовут Анна, компания «Север-Окна», чем могу помочь?"],
    [1, "Сколько стоит?"],
  );
  expect(much.roles.confidence).toBeGreaterThan(little.roles.confidence);
});
