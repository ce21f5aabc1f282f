import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../../core/errors.ts";
import { readText, writeJson } from "../../../core/store-json.ts";
import type { Transcript, Turn } from "../../../core/transcript.ts";
import { score } from "../../../functions/score/stage.ts";
import { swapRoles } from "../../../functions/score/swap-roles.ts";
import { jsonAnswer } from "../../fakes/llm.ts";
import { keysUnder, lastSent, readObject, run } from "../world.ts";
import {
  answerWith,
  CALL_ID,
  FOLDER,
  goodAnswer,
  readScorecard,
  scoreWorld,
  transcribed,
  transcriptOf,
  turns,
  verdict,
} from "./score-world.ts";

const good = jsonAnswer(goodAnswer);
const nothingHeard = jsonAnswer(answerWith({ needs: verdict("not_met"), "next-step": verdict("not_met") }));
const KEY = `${FOLDER}transcript.json`;

/** The same call with its sides mixed up, already scored once. */
async function scoredWrongly() {
  const mixedUp = turns.map(
    (turn): Turn => ({ ...turn, speaker: turn.speaker === "agent" ? "client" : "agent" }),
  );
  const world = await scoreWorld([nothingHeard, good], { turns: mixedUp });
  await run(score, transcribed, world);
  return world;
}

const kept = async (world: Awaited<ReturnType<typeof scoreWorld>>) =>
  (await readObject(world.store, KEY)) as Transcript;

describe("roles that a person swaps", () => {
  it("are kept as the operator's, and the call is announced as transcribed again", async () => {
    const world = await scoredWrongly();
    await swapRoles(world, "default", CALL_ID);
    const transcript = await kept(world);
    expect(transcript.roles).toEqual({ by: "operator", confidence: 1 });
    expect(transcript.turns.map(({ speaker }) => speaker)).toEqual(["agent", "client", "agent", "client"]);
    expect(lastSent(world, "score").event).toMatchObject({
      type: "call.transcribed",
      subject: CALL_ID,
      data: { transcriptKey: KEY },
    });
  });

  it("put the old scorecards aside, unchanged", async () => {
    const world = await scoredWrongly();
    const before = await readText(world.store, `${FOLDER}scorecard/first-sale@1.json`);
    await writeJson(world.store, `${FOLDER}scorecard/first-sale@2.json`, { other: true });
    await swapRoles(world, "default", CALL_ID);
    expect(await keysUnder(world.store, `${FOLDER}scorecard/`)).toEqual([]);
    const aside = await keysUnder(world.store, `${FOLDER}scorecard-before-swap/`);
    expect(aside).toEqual([
      `${FOLDER}scorecard-before-swap/2026-11-20T10-00-00-000Z/first-sale@1.json`,
      `${FOLDER}scorecard-before-swap/2026-11-20T10-00-00-000Z/first-sale@2.json`,
    ]);
    expect(await readText(world.store, aside[0] ?? "")).toBe(before);
  });

  it("have the call scored again, once, however often the message comes", async () => {
    const world = await scoredWrongly();
    expect(await readScorecard(world)).toMatchObject({ percent: 0 });
    await swapRoles(world, "default", CALL_ID);
    const { body } = lastSent(world, "score");
    await run(score, body, world);
    await run(score, body, world);
    await run(score, transcribed, world);
    expect(world.model.requests).toHaveLength(2);
    expect(await readScorecard(world)).toMatchObject({ percent: 80 });
    expect(lastSent(world, "report").event.type).toBe("call.scored");
  });

  it("twice are what they were, with both scorecards kept", async () => {
    const world = await scoredWrongly();
    const before = (await kept(world)).turns;
    await swapRoles(world, "default", CALL_ID);
    await run(score, lastSent(world, "score").body, world);
    world.clock.advance(60);
    await swapRoles(world, "default", CALL_ID);
    expect((await kept(world)).turns).toEqual(before);
    expect(await keysUnder(world.store, `${FOLDER}scorecard-before-swap/`)).toHaveLength(2);
  });

  it("need no scorecard yet", async () => {
    const world = await scoreWorld([good]);
    await swapRoles(world, "default", CALL_ID);
    expect(await keysUnder(world.store, `${FOLDER}scorecard-before-swap/`)).toEqual([]);
    expect(world.sent).toHaveLength(1);
  });
});

function mono(voices: (number | undefined)[], part: Partial<Transcript> = {}): Transcript {
  const list = turns.map((turn, n) => {
    const voice = voices[n];
    return { ...turn, channel: 0, speaker: "unknown" as const, ...(voice === undefined ? {} : { voice }) };
  });
  return { ...transcriptOf(list), channels: 1, roles: { by: "unknown", confidence: 0 }, ...part };
}

async function worldOf(transcript: Transcript) {
  const world = await scoreWorld([good]);
  await writeJson(world.store, KEY, transcript);
  return world;
}

describe("a person who names the agent's voice", () => {
  it("has the call scored with that voice as the agent", async () => {
    const world = await worldOf(mono([3, 0, 3, 0]));
    await swapRoles(world, "default", CALL_ID, 3);
    expect(await kept(world)).toMatchObject({
      roles: { by: "operator", confidence: 1 },
      turns: [{ speaker: "agent" }, { speaker: "client" }, { speaker: "agent" }, { speaker: "client" }],
    });
    await run(score, lastSent(world, "score").body, world);
    expect(await readScorecard(world)).toMatchObject({ percent: 80, needsReview: false });
  });

  it("corrects by it what the rules or the model had named", async () => {
    const named = mono([3, 0, 3, 7], { roles: { by: "model", confidence: 0.8 } });
    const world = await worldOf(named);
    await swapRoles(world, "default", CALL_ID, 0);
    expect((await kept(world)).turns.map(({ speaker }) => speaker)).toEqual([
      "client",
      "agent",
      "client",
      "client",
    ]);
  });
});

describe("a correction that cannot be made", () => {
  it.each<[string, Transcript, number | undefined, string, RegExp]>([
    ["of nobody", mono([3, 0, 3, 0]), undefined, "cli.unknown_roles", /--agent-voice 0 or 3/],
    ["by a voice that there is not", mono([3, 0, 3, 0]), 1, "cli.unknown_voice", /--agent-voice 0 or 3/],
    ["by no number", mono([3, 0, 3, 0]), Number.NaN, "cli.unknown_voice", /--agent-voice 0 or 3/],
    [
      "by a voice that there is not, of named roles",
      mono([3, 0, 3, 0], { roles: { by: "rules", confidence: 0.7 } }),
      1,
      "cli.unknown_voice",
      /--agent-voice 0 or 3/,
    ],
    [
      "by a voice where channels tell",
      transcriptOf(turns),
      0,
      "cli.unknown_voice",
      /voices were not told apart/,
    ],
    ["of one voice alone", mono([0, 0, 0, 0]), 0, "cli.unknown_voice", /voices were not told apart/],
    ["without voices", mono([]), undefined, "cli.unknown_roles", /voices were not told apart/],
  ])("%s is refused with what helps, and nothing changes", async (_what, transcript, voice, code, helps) => {
    const world = await worldOf(transcript);
    await run(score, transcribed, { ...world, llm: async () => null });
    const before = await keysUnder(world.store, FOLDER);
    const sent = world.sent.length;
    const refused = await swapRoles(world, "default", CALL_ID, voice).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConfigurationError);
    expect(refused).toMatchObject({ code, message: expect.stringMatching(helps) });
    expect(await kept(world)).toEqual(transcript);
    expect(await keysUnder(world.store, FOLDER)).toEqual(before);
    expect(world.sent).toHaveLength(sent);
  });

  it("of a call that is not there is refused", async () => {
    const world = await scoreWorld([]);
    await expect(swapRoles(world, "default", "20261120-upload-none")).rejects.toMatchObject({
      code: "cli.no_transcript",
    });
    expect(world.sent).toEqual([]);
  });
});
