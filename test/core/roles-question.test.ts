import { describe, expect, it } from "vitest";
import {
  rolesRequest,
  voicesOf,
  voicesToName,
  withAgentVoice,
  withModelRoles,
  withSwappedRoles,
} from "../../core/roles-question.ts";
import type { Transcript } from "../../core/transcript.ts";
import { turnsFrom } from "./score/transcripts.ts";

/** A call on one channel, its voices by number; null where the recogniser gave none. */
function monoCall(...lines: [voice: number | null, text: string][]): Transcript {
  const turns = turnsFrom(...lines.map(([, text]) => ({ speaker: "unknown" as const, text })));
  return {
    callId: "20261120-upload-1",
    language: "ru",
    durationSec: 60,
    channels: 1,
    source: { name: "test", model: null },
    roles: { by: "unknown", confidence: 0 },
    turns: turns.map((turn, n) => {
      const voice = lines[n]?.[0] ?? null;
      return voice === null ? turn : { ...turn, voice };
    }),
  };
}

const call = monoCall(
  [2, "Алло, слушаю <b>вас</b>."],
  [0, "Добрый день, Анна, по поводу окна."],
  [null, "Угу."],
  [2, "Да, удобно."],
);
const speakersOf = ({ turns }: Transcript) => turns.map((turn) => turn.speaker);

describe("the voices to be named", () => {
  it("are all that were heard, in order, once each", () => {
    expect(voicesToName(call)).toEqual([0, 2]);
    expect(voicesOf(call)).toEqual([0, 2]);
  });

  it("are in the order of their numbers, not of their digits", () => {
    expect(voicesToName(monoCall([10, "А."], [9, "Б."]))).toEqual([9, 10]);
  });

  it.each<[string, Transcript]>([
    ["there is one voice only", monoCall([0, "Добрый день."], [0, "Алло?"])],
    ["no voice was told apart", monoCall([null, "Добрый день."], [null, "Алло?"])],
    ["nobody speaks", monoCall()],
    ["the rules named them", { ...call, roles: { by: "rules", confidence: 0.7 } }],
    ["a person named them", { ...call, roles: { by: "operator", confidence: 1 } }],
    ["the channel names them", { ...call, roles: { by: "channel", confidence: 1 } }],
  ])("are none where %s", (_what, transcript) => {
    expect(voicesToName(transcript)).toBeNull();
  });
});

describe("the question", () => {
  const request = rolesRequest(call.turns, [0, 2]);

  it("numbers the voices and holds what was said as data", () => {
    expect(request.input.split("\n")).toEqual([
      "<transcript>",
      "[0] voice 2: Алло, слушаю  b вас /b .",
      "[1] voice 0: Добрый день, Анна, по поводу окна.",
      "[2] voice ?: Угу.",
      "[3] voice 2: Да, удобно.",
      "</transcript>",
    ]);
    expect(request.instructions).not.toContain("Анна");
  });

  it("allows no answer but one of the voices or that it is unclear, and wants the quote first", () => {
    const json = request.schema.json as {
      required: string[];
      properties: { agentVoice: { enum: string[] } };
    };
    expect(json.properties.agentVoice.enum).toEqual(["voice 0", "voice 2", "unclear"]);
    expect(json.required[0]).toBe("evidence");
  });
});

describe("the model's answer", () => {
  const answer = (quote: string, turn: number, agentVoice: string) => ({
    agentVoice,
    evidence: { turn, quote },
  });

  it("with a quote of the voice that it names makes that voice the agent", () => {
    const named = withModelRoles(call, answer("Анна, по поводу окна", 1, "voice 0"));
    expect(named && speakersOf(named)).toEqual(["client", "agent", "unknown", "client"]);
    expect(named?.roles).toEqual({ by: "model", confidence: 0.8 });
    expect(named?.turns.map((turn) => turn.text)).toEqual(call.turns.map((turn) => turn.text));
  });

  it.each<[string, unknown]>([
    ["a quote of the other voice", answer("Да, удобно", 3, "voice 0")],
    ["a quote that was not said", answer("Компания «Север-Окна»", 1, "voice 0")],
    ["an empty quote", answer("", 1, "voice 0")],
    ["a turn that there is not", answer("Добрый день", 9, "voice 0")],
    ["a turn without a voice", answer("Угу", 2, "voice 0")],
    ["a turn without a voice, called by its sign", answer("Угу", 2, "voice ?")],
    ["a voice that there is not", answer("Добрый день", 1, "voice 7")],
    ["the bare number", answer("Добрый день", 1, "0")],
    ["that it is unclear", answer("Добрый день", 1, "unclear")],
    ["no quote", { agentVoice: "voice 0" }],
    ["a text", "voice 0"],
    ["nothing", undefined],
  ])("with %s names nobody", (_what, value) => {
    expect(withModelRoles(call, value)).toBeUndefined();
  });
});

describe("a person's word", () => {
  const named = withAgentVoice(call, 0, { by: "rules", confidence: 0.7 });

  it("swaps the two sides and leaves who is unknown unknown", () => {
    const swapped = withSwappedRoles(named);
    expect(speakersOf(swapped)).toEqual(["agent", "client", "unknown", "agent"]);
    expect(swapped.roles).toEqual({ by: "operator", confidence: 1 });
  });

  it("swapped twice is what it was", () => {
    expect(withSwappedRoles(withSwappedRoles(named)).turns).toEqual(named.turns);
  });

  it("changes no transcript in place", () => {
    const before = structuredClone(named);
    withSwappedRoles(named);
    withAgentVoice(named, 2, { by: "operator", confidence: 1 });
    expect(named).toEqual(before);
  });
});
