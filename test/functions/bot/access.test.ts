import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { botPeoplePrefix, chatKey } from "../../../core/bucket-layout.ts";
import type { CallQueryInput } from "../../../core/call-query.ts";
import { callRef } from "../../../core/call-ref.ts";
import { chatRef } from "../../../core/remembered-chats.ts";
import { writeJson } from "../../../core/store-json.ts";
import { limited, scopedIndex } from "../../../functions/bot/scope.ts";
import { staff } from "../../ask/company.ts";
import { sentences } from "../../ask/sentences.ts";
import { memoryCallIndex } from "../../fakes/call-index.ts";
import { keysUnder } from "../world.ts";
import {
  asAgent,
  asStranger,
  botWorld,
  OWN_CHAT,
  putRows,
  putScorecard,
  rowOf,
  STRANGER,
} from "./bot-world.ts";

async function team() {
  const world = botWorld();
  const rows = staff.map(({ id }, n) => rowOf("2026-11-19", id, n, { percent: 30 + n * 5 }));
  await putRows(world, ...rows);
  return { world, rows };
}

const others = staff.filter(({ id }) => id !== "petrov").map(({ name }) => name);

describe("who may ask the bot", () => {
  it("gives a stranger one polite sentence an hour and nothing else [bot:strangers]", async () => {
    const { world } = await team();
    expect(await world.say("худшие звонки вчера", asStranger)).toContain("только сотрудникам компании");
    expect(await world.say("/help", asStranger)).toBe("");
    expect(await world.press("c:20261119-3f9a1c2b7d04", asStranger)).toBe("");
    expect(world.asked).toEqual({ find: [], aggregate: [] });
    world.clock.advance(3601);
    expect(await world.say("сводка", asStranger)).toContain("только сотрудникам компании");
  });

  it("does not answer a person in a group that nobody listed, where others would read it", async () => {
    const { world } = await team();
    const said = await world.say("мои звонки вчера", {
      chat: "-42",
      person: asAgent.person,
      isPrivate: false,
    });
    expect(said).toContain("только сотрудникам компании");
  });

  it("answers the company's own chat, and follows it when it becomes a supergroup", async () => {
    const { world } = await team();
    const group = { chat: OWN_CHAT, person: "900", isPrivate: false };
    expect(await world.say("худшие звонки вчера", group)).toContain("Нашлось 12 звонков");
    expect(world.last()).toMatchObject({ chat: OWN_CHAT, replyTo: "1" });
    const moved = { chat: "-1007", person: "900", isPrivate: false };
    expect(await world.say("сводка", moved)).toContain("только сотрудникам компании");
    const note = { chat: OWN_CHAT, movedTo: moved.chat, lost: null };
    await writeJson(world.store, chatKey("default", chatRef(OWN_CHAT)), note);
    expect(await world.say("худшие звонки вчера", moved)).toContain("Нашлось 12 звонков");
  });

  it("shows an agent his own calls only, whatever he asks [bot:own-calls-only]", async () => {
    const { world } = await team();
    for (const [text] of sentences) {
      const said = await world.say(text, asAgent);
      for (const name of others) if (!text.includes(name)) expect(said, text).not.toContain(name);
      for (const button of world.buttons().keys()) expect(others, text).not.toContain(button);
    }
    expect(await world.say("звонки Руднева Александра вчера", asAgent)).toContain(
      "Вам видны только ваши звонки.",
    );
    expect(await world.say("худшие звонки вчера", asAgent)).toContain("Нашёлся 1 звонок.");
  });

  it("opens no colleague's call to an agent by its button, its id or its transcript [bot:own-calls-only]", async () => {
    const { world, rows } = await team();
    for (const row of rows) {
      await putScorecard(world, row);
      const isOwn = row.agentId === "petrov";
      const said = [
        await world.press(`c:${callRef(row.callId)}`, asAgent),
        await world.press(`x:${callRef(row.callId)}`, asAgent),
        await world.say(`почему ${row.percent} у звонка ${row.callId}`, asAgent),
      ];
      for (const one of said) expect(one.includes("Такого звонка не нашлось")).toBe(!isOwn);
    }
    expect(await world.press("a:rudnev", asAgent)).toBe("Вам видны только ваши звонки.");
    expect(await world.press("u:rudnev", asAgent)).toBe("Вам видны только ваши звонки.");
  });

  it("keeps every question to the index within the agent's own calls", async () => {
    const { world } = await team();
    const index = memoryCallIndex({ ...world, timeZoneOf: async () => world.settings.timeZone });
    const scope = { kind: "agent", agentId: "petrov" } as const;
    const scoped = scopedIndex(index, scope);
    const anyQuery: fc.Arbitrary<CallQueryInput> = fc.record(
      {
        tenant: fc.constant("default"),
        from: fc.constant("2026-11-15"),
        to: fc.constant("2026-11-20"),
        agentIds: fc.array(fc.constantFrom(...staff.map(({ id }) => id)), { minLength: 1 }),
        departments: fc.array(fc.constantFrom("Опт", "Розница", "Отдел продаж"), { minLength: 1 }),
        percentFrom: fc.integer({ min: 0, max: 100 }),
      },
      { requiredKeys: ["tenant", "from", "to"] },
    );
    await fc.assert(
      fc.asyncProperty(anyQuery, async (query) => {
        expect(limited(query, scope).agentIds).toEqual(["petrov"]);
        const { rows } = await scoped.find(query);
        expect(rows.every(({ agentId }) => agentId === "petrov")).toBe(true);
        const groups = await scoped.aggregate({ ...query, groupBy: ["agent"] });
        expect(groups.every(({ key }) => key.agent === "petrov")).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the link between a person and an agent", () => {
  const codeIn = (said: string) => /\/link ([A-Z0-9]{5}-[A-Z0-9]{5})/.exec(said)?.[1] ?? "";

  it("is made by a code that the supervisor got, once [bot:link-code]", async () => {
    const { world } = await team();
    const said = await world.say("/link Павел Лебедев");
    expect(said).toContain("Код для сотрудника Павел Лебедев");
    const code = codeIn(said);
    expect(await world.say(`/start ${code}`, asStranger)).toContain(
      "вы видите свои звонки как Павел Лебедев",
    );
    expect(await world.say("звонки за неделю", asStranger)).toContain("Павел Лебедев");
    expect(await world.say(`/link ${code}`, { chat: "668", person: "668" })).toContain("только сотрудникам");
    expect(await world.say("звонки за неделю", { chat: "668", person: "668" })).toBe("");
  });

  it("is not made by a code that is older than a day, or guessed", async () => {
    const { world } = await team();
    const code = codeIn(await world.say("/link Павел Лебедев"));
    world.clock.advance(24 * 3600);
    expect(await world.say(`/start ${code}`, asStranger)).toContain("только сотрудникам");
    expect(await world.say("/start AAAAA-AAAAA", { chat: "669", person: "669" })).toContain(
      "только сотрудникам",
    );
    expect(await keysUnder(world.store, botPeoplePrefix("default"))).toEqual([]);
  });

  it("cannot be asked for by an agent, and is undone by the supervisor", async () => {
    const { world } = await team();
    expect(await world.say("/link Павел Лебедев", asAgent)).toContain("Вам видны только ваши звонки.");
    const code = codeIn(await world.say("/link Павел Лебедев"));
    await world.say(`/link ${code}`, asStranger);
    expect(await world.press("u:lebedev")).toContain("доступ закрыт (1 человек)");
    expect(await world.say("звонки за неделю", asStranger)).toContain("только сотрудникам");
  });

  it("leaves the code itself nowhere in the bucket", async () => {
    const { world } = await team();
    const code = codeIn(await world.say("/link Павел Лебедев"));
    for await (const { key } of world.store.list("bot/")) {
      const text = await new Response((await world.store.get(key))?.body).text();
      expect(`${key}${text}`).not.toContain(code.replace("-", ""));
      expect(`${key}${text}`).not.toContain(STRANGER);
    }
  });
});
