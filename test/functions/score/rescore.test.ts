import { describe, expect, it } from "vitest";
import { indexRowKey } from "../../../core/bucket-layout.ts";
import { Checklist } from "../../../core/checklist.ts";
import { defaultSettings } from "../../../core/settings.ts";
import { readText, writeJson } from "../../../core/store-json.ts";
import { report } from "../../../functions/report/stage.ts";
import {
  announceRescored,
  readVersion,
  rescoreCall,
  transcribedCalls,
} from "../../../functions/score/rescore.ts";
import { score } from "../../../functions/score/stage.ts";
import { turnsFrom } from "../../core/score/transcripts.ts";
import { jsonAnswer, type LlmScript } from "../../fakes/llm.ts";
import { callJson, indexOf } from "../report/report-world.ts";
import { keysUnder, readObject, run } from "../world.ts";
import {
  answerWith,
  CALL_ID,
  checklistJson,
  FOLDER,
  goodAnswer,
  putChecklist,
  readScorecard,
  type ScoreWorld,
  scoreWorld,
  transcribed,
  transcriptOf,
  verdict,
} from "./score-world.ts";

const good = jsonAnswer(goodAnswer);
const strict = jsonAnswer(answerWith({ needs: verdict("not_met"), "next-step": verdict("not_met") }));
const second = Checklist.parse(checklistJson({ version: 2 }));

/** A call that is scored by the first version. */
async function scoredWorld(script: LlmScript): Promise<ScoreWorld> {
  const world = await scoreWorld(script);
  await writeJson(world.store, `${FOLDER}call.json`, callJson(CALL_ID));
  await run(score, transcribed, world);
  await putChecklist(world, checklistJson({ version: 2 }));
  return world;
}

const rescore = ({ store, model }: ScoreWorld, checklist = second, hasModel = true) =>
  rescoreCall({
    store,
    tenant: "default",
    callId: CALL_ID,
    checklist,
    settings: defaultSettings,
    llm: hasModel ? model : null,
  });

const row = ({ store }: ScoreWorld) => readObject(store, indexRowKey("default", CALL_ID));

describe("a call that is scored by another version", () => {
  it("gets a scorecard beside its old one, which stays as it is", async () => {
    const world = await scoredWorld([good, strict]);
    const before = await readText(world.store, `${FOLDER}scorecard/first-sale@1.json`);
    const rescored = await rescore(world);
    expect(rescored).toMatchObject({
      callId: CALL_ID,
      agentName: "Анна Салтыкова-Щедрина",
      before: { checklist: { version: 1 }, percent: 80 },
      after: { checklist: { version: 2 }, percent: 20 },
      existed: false,
    });
    expect(await keysUnder(world.store, `${FOLDER}scorecard/`)).toEqual([
      `${FOLDER}scorecard/first-sale@1.json`,
      `${FOLDER}scorecard/first-sale@2.json`,
    ]);
    expect(await readText(world.store, `${FOLDER}scorecard/first-sale@1.json`)).toBe(before);
    expect(await readScorecard(world, "first-sale@2")).toEqual(rescored?.after);
  });

  it("is paid for once", async () => {
    const world = await scoredWorld([good, strict]);
    const first = await rescore(world);
    const again = await rescore(world);
    expect(again).toEqual({ ...first, existed: true });
    expect(world.model.requests).toHaveLength(2);
  });

  it("is not announced, and the stage keeps announcing the old scorecard", async () => {
    const world = await scoredWorld([good, strict]);
    const sent = world.sent.length;
    await rescore(world);
    expect(world.sent).toHaveLength(sent);
    await run(score, transcribed, world);
    expect(world.sent.at(-1)?.event.id).toBe(`call.scored:${CALL_ID}:first-sale@1`);
    expect(world.model.requests).toHaveLength(2);
  });

  it("has its row changed by the announcement, and not before", async () => {
    const world = await scoredWorld([good, strict]);
    const ports = { ...world, notifier: async () => null, index: async () => indexOf(world) };
    await run(report, world.sent.at(-1)?.body ?? "", ports);
    expect(await row(world)).toMatchObject({ percent: 80, checklistVersion: 1 });
    const rescored = await rescore(world);
    expect(await row(world)).toMatchObject({ percent: 80, checklistVersion: 1 });
    if (!rescored) throw new Error("the call was to be scored");
    await announceRescored(rescored, "default", world);
    const announced = world.sent.at(-1);
    expect(announced?.event).toMatchObject({
      id: `call.scored:${CALL_ID}:first-sale@2`,
      type: "call.scored",
      data: { scorecardKey: `${FOLDER}scorecard/first-sale@2.json`, checklistVersion: 2 },
    });
    await run(report, announced?.body ?? "", ports);
    expect(await row(world)).toMatchObject({
      percent: 20,
      checklistVersion: 2,
      agentName: "Анна Салтыкова-Щедрина",
    });
  });

  it("stays the one that counts when an old message comes late", async () => {
    const world = await scoredWorld([good, strict]);
    const rescored = await rescore(world);
    if (!rescored) throw new Error("the call was to be scored");
    await announceRescored(rescored, "default", world);
    await run(score, transcribed, world);
    expect(world.sent.at(-1)?.event.id).toBe(`call.scored:${CALL_ID}:first-sale@2`);
  });

  it("leaves calls alone that the checklist is not for", async () => {
    const world = await scoredWorld([good, strict]);
    const appliesTo = { directions: ["incoming"], lines: ["+70000000000"] };
    const other = Checklist.parse({ ...checklistJson(), id: "other-line", appliesTo });
    expect(await rescore(world, other)).toBeUndefined();
    expect(world.model.requests).toHaveLength(1);
  });

  it("is compared with its latest scorecard of another version", async () => {
    const world = await scoredWorld([good, strict, good]);
    await rescore(world);
    const third = await rescore(world, Checklist.parse(checklistJson({ version: 3 })));
    expect(third?.before).toMatchObject({ checklist: { version: 2 }, percent: 20 });
  });

  it("is compared with itself when it has been scored by no other", async () => {
    const world = await scoredWorld([good]);
    const same = await rescore(world, Checklist.parse(checklistJson()));
    expect(same).toMatchObject({ existed: true, before: { percent: 80 }, after: { percent: 80 } });
    expect(world.model.requests).toHaveLength(1);
  });

  it("leaves to a person what only a model can judge when there is none", async () => {
    const world = await scoredWorld([good]);
    expect((await rescore(world, second, false))?.after).toMatchObject({ model: null, needsReview: true });
  });

  it("shows the model no personal data that the tenant wants masked", async () => {
    const world = await scoredWorld([good, strict]);
    const { turns } = transcriptOf(
      turnsFrom("Какой у вас номер телефона?", "К: 8 912 345-67-89.", "Записала, спасибо."),
    );
    await writeJson(world.store, `${FOLDER}transcript.json`, { ...transcriptOf(turns), durationSec: 10 });
    await rescore(world);
    expect(world.model.requests[1]?.input).toContain("[ТЕЛЕФОН_1]");
    expect(JSON.stringify(world.model.requests[1])).not.toMatch(/345.67/);
  });
});

describe("a call that is not scored again", () => {
  it("has no transcript", async () => {
    const world = await scoreWorld([]);
    await world.store.delete(`${FOLDER}transcript.json`);
    expect(await rescore(world)).toBeUndefined();
  });

  it("holds no conversation: what was skipped once costs nothing now", async () => {
    const world = await scoreWorld([], { turns: turnsFrom("К: Оставьте сообщение после сигнала.") });
    expect(await rescore(world)).toBeUndefined();
    expect(world.model.requests).toEqual([]);
  });
});

describe("what there is to score", () => {
  it("is every call of the day that has a transcript, and none of another day or company", async () => {
    const { store } = await scoreWorld([]);
    for (const key of [
      "calls/default/2026-11-20/20261120-upload-1/transcript.json",
      "calls/default/2026-11-20/20261120-upload-2/call.json",
      "calls/default/2026-11-21/20261121-upload-3/transcript.json",
      "calls/other/2026-11-20/20261120-upload-4/transcript.json",
    ])
      await store.put(key, "{}");
    const found: string[] = [];
    for await (const callId of transcribedCalls(store, "default", "2026-11-20")) found.push(callId);
    expect(found).toEqual([CALL_ID, "20261120-upload-1"]);
  });

  it("is judged by a version that is in the bucket", async () => {
    const world = await scoreWorld([]);
    expect(await readVersion(world.store, "default", "first-sale", 1)).toMatchObject({
      id: "first-sale",
      version: 1,
    });
    await expect(readVersion(world.store, "default", "first-sale", 7)).rejects.toMatchObject({
      code: "cli.no_checklist",
      message: expect.stringContaining("first-sale@7"),
    });
  });
});
