import { describe, expect, it } from "vitest";
import { VendorError } from "../../../core/errors.ts";
import type { LlmAnswer, LlmRequest } from "../../../core/ports/llm.ts";
import { writeJson } from "../../../core/store-json.ts";
import type { Transcript, Turn } from "../../../core/transcript.ts";
import { score } from "../../../functions/score/stage.ts";
import { jsonAnswer, scriptedUsage } from "../../fakes/llm.ts";
import { keysUnder, readObject, run } from "../world.ts";
import {
  answerWith,
  FOLDER,
  readScorecard,
  type ScoreWorld,
  scoreWorld,
  transcribed,
  transcriptOf,
  turns,
  verdict,
} from "./score-world.ts";

/** Calls on one channel whose speakers the rules could not name. */

const VOICE = { agent: 1, client: 4, unknown: 9 };

function mono(list: readonly Turn[], part: Partial<Transcript> = {}): Transcript {
  const unnamed = list.map((turn) => ({
    ...turn,
    channel: 0,
    voice: VOICE[turn.speaker],
    speaker: "unknown" as const,
  }));
  return { ...transcriptOf(unnamed), channels: 1, roles: { by: "unknown", confidence: 0 }, ...part };
}

const proved = jsonAnswer({ evidence: { turn: 0, quote: "меня зовут Анна" }, agentVoice: "voice 1" });

/** Says who is the agent, then judges what it is shown. */
const script = (roles: LlmAnswer | Error) => (request: LlmRequest) => {
  if (request.schema.name === "call_roles") {
    if (roles instanceof Error) throw roles;
    return roles;
  }
  const speaker = request.input.includes("[2] agent:") ? "agent" : "unknown";
  const needs = verdict("met", [{ turn: 2, speaker, quote: "Какой у вас размер проёма" }]);
  return jsonAnswer(answerWith({ needs, "next-step": verdict("not_met") }));
};

async function monoWorld(roles: LlmAnswer | Error, transcript = mono(turns)): Promise<ScoreWorld> {
  const world = await scoreWorld(script(roles));
  await writeJson(world.store, `${FOLDER}transcript.json`, transcript);
  return world;
}

const kept = async ({ store }: ScoreWorld) =>
  (await readObject(store, `${FOLDER}transcript.json`)) as Transcript;
const asked = ({ model }: ScoreWorld) => model.requests.map(({ schema }) => schema.name);

describe("an agent whom the model names with a proved quote", () => {
  it("is the agent of the scorecard, and the transcript keeps it", async () => {
    const world = await monoWorld(proved);
    await run(score, transcribed, world);
    const { roles, turns: named } = await kept(world);
    expect(roles).toEqual({ by: "model", confidence: 0.8 });
    expect(named.map(({ speaker }) => speaker)).toEqual(["agent", "client", "agent", "client"]);
    const scorecard = await readScorecard(world);
    expect(scorecard).toMatchObject({ percent: 80, needsReview: false });
    expect(scorecard.verdicts[0]).toMatchObject({
      verdict: "met",
      evidence: [{ turn: 0, speaker: "agent" }],
    });
    expect(scorecard.metrics.agentTalkShare).toBeGreaterThan(0);
    expect(asked(world)).toEqual(["call_roles", "call_score"]);
  });

  it("is not asked for again when scoring fails behind it", async () => {
    const world = await monoWorld(proved);
    const broken = {
      ...world,
      llm: async () => ({
        ask: async (request: LlmRequest) => {
          if (request.schema.name === "call_score") throw new VendorError("llm.unavailable", "down");
          return world.model.ask(request);
        },
      }),
    };
    expect(await run(score, transcribed, broken)).toMatchObject([{ outcome: "later" }]);
    expect((await kept(world)).roles.by).toBe("model");
    await run(score, transcribed, world);
    expect(asked(world)).toEqual(["call_roles", "call_score"]);
  });
});

describe("nobody is named, and a person looks at the scorecard,", () => {
  it.each<[string, LlmAnswer]>([
    [
      "when the model cannot tell",
      jsonAnswer({ evidence: { turn: 0, quote: "Добрый день" }, agentVoice: "unclear" }),
    ],
    [
      "when its quote is the other voice's",
      jsonAnswer({ evidence: { turn: 1, quote: "хочу узнать цену" }, agentVoice: "voice 1" }),
    ],
    [
      "when nobody said its quote",
      jsonAnswer({ evidence: { turn: 0, quote: "компания «Окна»" }, agentVoice: "voice 1" }),
    ],
    [
      "when it names a voice that there is not",
      jsonAnswer({ evidence: { turn: 0, quote: "Добрый день" }, agentVoice: "voice 0" }),
    ],
    ["when it answers something else", jsonAnswer("voice 1")],
    ["when it refuses", { kind: "refused", usage: scriptedUsage }],
    ["when it is cut", { kind: "cut", usage: scriptedUsage }],
    ["when it answers no JSON", { kind: "unreadable", usage: scriptedUsage }],
  ])("%s", async (_when, answer) => {
    const world = await monoWorld(answer);
    const before = await kept(world);
    await run(score, transcribed, world);
    expect(await kept(world)).toEqual(before);
    const scorecard = await readScorecard(world);
    expect(scorecard).toMatchObject({ needsReview: true, metrics: { agentTalkShare: null } });
    // The greeting was said, nobody knows by whom: that is no zero.
    expect(scorecard.verdicts[0]).toMatchObject({ verdict: "uncertain", points: null });
    expect(asked(world)).toEqual(["call_roles", "call_score"]);
  });

  it("without a model", async () => {
    const world = await monoWorld(proved);
    await run(score, transcribed, { ...world, llm: async () => null });
    expect((await kept(world)).roles.by).toBe("unknown");
    expect(await readScorecard(world)).toMatchObject({ needsReview: true, model: null });
  });
});

describe("nobody is asked who is the agent", () => {
  const oneVoice = mono(turns.map((turn) => ({ ...turn, speaker: "agent" })));
  const noVoices = { ...mono([]), turns: turns.map((turn) => ({ ...turn, speaker: "unknown" as const })) };
  it.each<[string, Transcript]>([
    ["where one voice alone speaks", oneVoice],
    ["where no voices were told apart", noVoices],
    ["where the channels tell", transcriptOf(turns)],
    [
      "where the rules told",
      { ...transcriptOf(turns), channels: 1, roles: { by: "rules", confidence: 0.7 } },
    ],
    [
      "where a person told",
      { ...transcriptOf(turns), channels: 1, roles: { by: "operator", confidence: 1 } },
    ],
  ])("%s", async (_where, transcript) => {
    const world = await monoWorld(new Error("nobody was to ask"), transcript);
    await run(score, transcribed, world);
    expect(asked(world)).toEqual(["call_score"]);
    expect((await kept(world)).roles).toEqual(transcript.roles);
    expect((await readScorecard(world)).needsReview).toBe(transcript.roles.by === "unknown");
  });
});

it("a vendor's failure names nobody and is tried again", async () => {
  const world = await monoWorld(new VendorError("llm.unavailable", "down"));
  expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "later", code: "llm.unavailable" }]);
  expect(await keysUnder(world.store, `${FOLDER}scorecard/`)).toEqual([]);
  expect((await kept(world)).roles.by).toBe("unknown");
});
