import { describe, expect, it } from "vitest";
import { RetryLaterError } from "../../../core/errors.ts";
import type { FreeStep } from "../../../functions/bot/free-steps.ts";
import { jsonAnswer, scriptedLlm, scriptedUsage } from "../../fakes/llm.ts";
import { asAgent, botWorld, putRows, rowOf } from "./bot-world.ts";

const step = (differs: Partial<FreeStep>) =>
  jsonAnswer({
    action: "answer",
    from: null,
    to: null,
    agents: [],
    text: null,
    percentFrom: null,
    percentTo: null,
    order: "latest",
    groupBy: [],
    call: null,
    claims: [],
    ...differs,
  });

const QUESTION = "отчего студенты так редко возвращаются к нам";

async function asking(script: Parameters<typeof scriptedLlm>[0]) {
  const llm = scriptedLlm(script);
  const world = botWorld({ llm });
  await putRows(
    world,
    rowOf("2026-11-19", "rudnev", 1, {
      percent: 40,
      band: "red",
      summary: "Перезвоните на +7 916 123-45-67",
    }),
    rowOf("2026-11-19", "petrov", 2, { percent: 55 }),
  );
  return { world, llm };
}

describe("a question that the rules cannot read", () => {
  it("is answered by the model with the calls that it found [bot:claims-have-calls]", async () => {
    const { world, llm } = await asking([
      step({ action: "find", order: "worst" }),
      step({ action: "scorecard", call: "K1" }),
      step({
        claims: [
          { text: "Приветствие пропускают <почти> всегда (K1).", calls: ["K1"] },
          { text: "Так думает весь рынок.", calls: [] },
          { text: "Это видно по другому звонку.", calls: ["K99"] },
        ],
      }),
    ]);
    const said = await world.say(QUESTION);
    expect(said).toContain("• Приветствие пропускают <почти> всегда. (№ 1)");
    expect(said).toContain("№ 1: 🔴 40");
    expect(said).not.toContain("рынок");
    expect(said).not.toContain("другому звонку");
    expect(said).toContain("Ответила модель.");
    expect(world.last().blocks.join()).toContain("&lt;почти&gt;");
    expect(llm.requests).toHaveLength(3);
  });

  it("shows the model no phone, no id of a call and no instructions but ours", async () => {
    const { world, llm } = await asking([step({ action: "find" }), step({})]);
    await world.say(`${QUESTION}, как Иванов с ivan.petrov@mail.example`);
    const shown = JSON.stringify(llm.requests);
    expect(shown).not.toMatch(/123-45-67|ivan\.petrov/);
    expect(shown).not.toContain("bitrix24");
    expect(llm.requests[1]?.input).toContain("K1");
    expect(new Set(llm.requests.map(({ instructions }) => instructions)).size).toBe(1);
  });

  it("stays within an agent's own calls, whatever the model asks for [bot:own-calls-only]", async () => {
    const { world, llm } = await asking([
      step({ action: "find", agents: ["A1", "A2", "rudnev"] }),
      step({ action: "sums", groupBy: ["agent"] }),
      step({ claims: [{ text: "Вот.", calls: ["K1", "K2"] }] }),
    ]);
    const said = await world.say(QUESTION, asAgent);
    expect(said).toContain("№ 1: 🟡 55");
    expect(said).not.toContain("Руднев");
    expect(JSON.stringify(llm.requests)).not.toContain("Руднев");
    expect(world.asked.find).toContainEqual(expect.objectContaining({ agentIds: ["petrov"] }));
  });

  it("hands out no address that somebody said in a call", async () => {
    const { world } = await asking([
      step({ action: "find" }),
      step({ claims: [{ text: "Подробности на https://evil.example", calls: ["K1"] }] }),
    ]);
    expect(await world.say(QUESTION)).toContain("Не нашёл в звонках ничего");
  });

  it("ends after four steps, and falls back to the rules' answer when the model fails", async () => {
    const endless = await asking(() => step({ action: "find" }));
    expect(await endless.world.say(QUESTION)).toContain("О каком звонке речь?");
    expect(endless.llm.requests).toHaveLength(4);
    expect(await endless.world.say("абракадабра")).toContain("Не понял, что показать.");
    const refusals = [
      { kind: "refused", usage: scriptedUsage } as const,
      jsonAnswer({ nonsense: true }),
      new RetryLaterError("llm.paused", 60, "the model is paused"),
    ];
    for (const refusal of refusals) {
      const { world } = await asking([refusal]);
      expect(await world.say(QUESTION)).toContain("О каком звонке речь?");
    }
  });

  it("is told what is wrong with a query that the index does not understand", async () => {
    const { world, llm } = await asking([step({ action: "find", from: "вчера" }), step({})]);
    expect(await world.say(QUESTION)).toContain("Не нашёл в звонках ничего");
    expect(llm.requests[1]?.input).toContain("a day is written yyyy-mm-dd");
  });
});
