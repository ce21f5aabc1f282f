import { describe, expect, it } from "vitest";
import { setClock } from "../../core/clock.ts";
import { RetryLaterError } from "../../core/errors.ts";
import type { Llm, LlmAnswer, LlmRequest } from "../../core/ports/llm.ts";
import type { Store } from "../../core/ports/store.ts";
import { rememberAnswers } from "../../core/remembered-llm.ts";
import { jsonAnswer, type LlmScript, scriptedLlm, scriptedUsage } from "../fakes/llm.ts";
import { memoryStore } from "../fakes/store.ts";
import { keysUnder, readObject } from "../functions/world.ts";

const request: LlmRequest = {
  instructions: "Суди по чек-листу.",
  input: "[0] agent: Добрый день",
  schema: { name: "call_score", json: { type: "object" } },
};
const yes = jsonAnswer({ ok: true });
const no = jsonAnswer({ ok: false });

function world(script: LlmScript, store: Store = memoryStore()) {
  const model = scriptedLlm(script);
  const clock = setClock("2026-11-20T12:00:00Z");
  /** Each run of a stage begins with its own. */
  const newRun = (about = "") =>
    rememberAnswers(model, { store, clock, keyOf: (hash) => `call/model-${hash}.json`, about });
  return { model, store, newRun, keys: () => keysUnder(store, "call/") };
}

describe("an answer that was paid for", () => {
  it("is used by the next run, and nothing is asked", async () => {
    const { model, newRun } = world([yes]);
    expect(await newRun().ask(request)).toEqual(yes);
    expect(await newRun().ask(request)).toEqual(yes);
    expect(model.requests).toHaveLength(1);
  });

  it("lies in the bucket for a person to read, with what it cost", async () => {
    const { store, newRun, keys } = world([yes]);
    await newRun().ask(request);
    const [key = ""] = await keys();
    expect(key).toMatch(/^call\/model-[0-9a-f]{64}\.json$/);
    expect(await readObject(store, key)).toEqual({
      question: "call_score",
      at: "2026-11-20T12:00:00.000Z",
      answer: yes,
    });
  });

  it.each(["refused", "cut", "unreadable"] as const)("is kept although it is %s", async (kind) => {
    const bad: LlmAnswer = { kind, usage: scriptedUsage };
    const { model, newRun } = world([bad]);
    expect(await newRun().ask(request)).toEqual(bad);
    expect(await newRun().ask(request)).toEqual(bad);
    expect(model.requests).toHaveLength(1);
  });

  it("with counts that the service did not give is kept as it is", async () => {
    const uncounted = { model: "m", promptTokens: null, cachedTokens: null, completionTokens: null };
    const { newRun } = world([jsonAnswer(null, uncounted)]);
    expect(await newRun().ask(request)).toEqual(jsonAnswer(null, uncounted));
    expect(await newRun().ask(request)).toEqual(jsonAnswer(null, uncounted));
  });

  it("is the same for the run that got it and the one that reads it", async () => {
    const odd = { minus: -0, lone: "\ud83d", infinite: Number.POSITIVE_INFINITY, ["__proto__"]: 1 };
    const { newRun } = world([jsonAnswer(odd)]);
    const asked = await newRun().ask(request);
    expect(JSON.stringify(await newRun().ask(request))).toBe(JSON.stringify(asked));
    expect(asked).toMatchObject({ value: { minus: 0, infinite: null } });
  });

  it("nested without end counts as unreadable, and is not asked for again", async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const store = memoryStore();
    let asked = 0;
    const llm: Llm = {
      ask: async () => {
        asked += 1;
        return { kind: "json", value: deep, usage: scriptedUsage };
      },
    };
    for (const _run of [1, 2]) {
      const run = rememberAnswers(llm, { store, keyOf: (hash) => `call/model-${hash}.json` });
      expect(await run.ask(request)).toEqual({ kind: "unreadable", usage: scriptedUsage });
    }
    expect(asked).toBe(1);
  });
});

describe("a question", () => {
  it("that is asked again on purpose is one of its own, and both answers are used again in their order", async () => {
    const { model, newRun } = world([no, yes]);
    for (const _run of [1, 2]) {
      const llm = newRun();
      expect(await llm.ask(request)).toEqual(no);
      expect(await llm.ask(request)).toEqual(yes);
    }
    expect(model.requests).toHaveLength(2);
  });

  it.each<[string, Partial<LlmRequest>]>([
    ["instructions", { instructions: "Суди строже." }],
    ["input", { input: "[0] client: Добрый день" }],
    ["schema", { schema: { name: "call_score", json: { type: "array" } } }],
    ["schema's name", { schema: { name: "call_type", json: { type: "object" } } }],
  ])("with another %s is another one", async (_what, part) => {
    const { newRun } = world([yes, no]);
    await newRun().ask(request);
    expect(await newRun().ask({ ...request, ...part })).toEqual(no);
  });

  it("about something else is another one, whatever its words", async () => {
    const { newRun } = world([yes, no]);
    await newRun("first-sale@1").ask(request);
    expect(await newRun("first-sale@2").ask(request)).toEqual(no);
    expect(await newRun("first-sale@1").ask(request)).toEqual(yes);
  });

  it("that failed is asked again, as the same one", async () => {
    const { model, newRun } = world([new RetryLaterError("llm.rate_limited", 30, "too many"), yes]);
    await expect(newRun().ask(request)).rejects.toMatchObject({ code: "llm.rate_limited" });
    expect(await newRun().ask(request)).toEqual(yes);
    const [first, second] = model.requests.map(({ key }) => key);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
  });

  it("carries a key that the second asking of the same does not share", async () => {
    const { model, newRun } = world([no, yes]);
    const llm = newRun();
    await llm.ask(request);
    await llm.ask(request);
    const [first, second] = model.requests.map(({ key }) => key);
    expect(second).not.toBe(first);
  });
});

describe("a remembered answer that cannot be read", () => {
  it.each([
    "",
    "{",
    "null",
    '{"question":"call_score","at":"x","answer":{"kind":"poem","usage":{}}}',
    '{"question":"call_score","at":"x","answer":{"kind":"json","value":{}}}',
  ])("(%s) is asked for again, and replaced", async (text) => {
    const { model, store, newRun, keys } = world([no, yes]);
    await newRun().ask(request);
    const [key = ""] = await keys();
    await store.put(key, text);
    expect(await newRun().ask(request)).toEqual(yes);
    expect(await newRun().ask(request)).toEqual(yes);
    expect(model.requests).toHaveLength(2);
  });
});

describe("the bucket", () => {
  it("is asked several times to take an answer [effects:receipt-insists]", async () => {
    const store = memoryStore();
    let failures = 4;
    const flaky: Store = {
      ...store,
      put: (...given) => {
        failures -= 1;
        return failures < 0 ? store.put(...given) : Promise.reject(new Error("no connection"));
      },
    };
    const { newRun, keys } = world([yes], flaky);
    expect(await newRun().ask(request)).toEqual(yes);
    expect(await keys()).toHaveLength(1);
  });

  it("that does not say whether there is an answer has nobody asked", async () => {
    const broken = { ...memoryStore(), get: () => Promise.reject(new Error("no connection")) };
    const { model, newRun } = world([yes], broken);
    await expect(newRun().ask(request)).rejects.toThrow("no connection");
    expect(model.requests).toEqual([]);
  });

  it("that another run was faster to write to has both go on with the same answer", async () => {
    const store = memoryStore();
    await world([yes], store).newRun().ask(request);
    let looks = 0;
    // This run had looked before the other one wrote.
    const late: Store = {
      ...store,
      get: async (key) => {
        looks += 1;
        return looks === 1 ? undefined : store.get(key);
      },
    };
    expect(await world([no], late).newRun().ask(request)).toEqual(yes);
  });
});
