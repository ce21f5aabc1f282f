import { describe, expect, it } from "vitest";
import { ConfigurationError, PermanentError, RetryLaterError, VendorError } from "../../core/errors.ts";
import { withFallback } from "../../core/fallback-llm.ts";
import type { Llm, LlmAnswer } from "../../core/ports/llm.ts";
import { jsonAnswer, type LlmScript, scriptedLlm, scriptedUsage } from "../fakes/llm.ts";
import { llmConformance } from "../llm/conformance.ts";

const request = { instructions: "i", input: "in", schema: { name: "s", json: {} } };
const ofFirst = jsonAnswer({ by: "first" });
const ofSecond = jsonAnswer({ by: "second" }, { ...scriptedUsage, model: "second-1" });

const noMoney = new ConfigurationError("llm.no_money", "top up the account");
const failed = new VendorError("llm.failed", "the service failed");
const paused = new RetryLaterError("llm.paused", 600, "top up the account");
const busyFor = (sec: number) => new RetryLaterError("llm.rate_limited", sec, "the service asks for a pause");
const tooLong = new PermanentError("llm.input_too_long", "too long");

function pair(first: LlmScript, second: LlmScript) {
  const models = { first: scriptedLlm(first), second: scriptedLlm(second) };
  return { ...models, llm: withFallback(models.first, models.second) };
}

async function errorOf(llm: Llm): Promise<unknown> {
  const settled = await llm.ask(request).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ("answer" in settled) throw new Error("it was answered");
  return settled.error;
}

llmConformance("a model whose fallback is down", async () => {
  const script: (LlmAnswer | Error)[] = [];
  const first = scriptedLlm(script);
  return {
    llm: withFallback(first, { ask: () => Promise.reject(failed) }),
    willAnswer: (...answers) =>
      void script.push(...answers.map((answer) => (answer === "failure" ? failed : answer))),
    paid: () => first.requests.map(({ instructions, input }) => ({ instructions, input })),
  };
});

describe("the fallback", () => {
  it.each([noMoney, failed, paused, new RetryLaterError("llm.paused", 5, "down"), busyFor(61)])(
    "is asked the same when the first says $code ($afterSec)",
    async (error) => {
      const { llm, first, second } = pair([error], [ofSecond]);
      expect(await llm.ask(request)).toEqual(ofSecond);
      expect(second.requests).toEqual([request]);
      expect(first.requests).toEqual([request]);
    },
  );

  it.each<LlmAnswer>([
    ofFirst,
    { kind: "refused", usage: scriptedUsage },
    { kind: "cut", usage: scriptedUsage },
    { kind: "unreadable", usage: scriptedUsage },
  ])("is not asked when the first has answered: $kind", async (answer) => {
    const { llm, second } = pair([answer], []);
    expect(await llm.ask(request)).toEqual(answer);
    expect(second.requests).toEqual([]);
  });

  it.each([
    tooLong,
    busyFor(60),
    new RetryLaterError("claim.held", 280, "held"),
    new TypeError("a mistake of ours"),
  ])("is not asked for %s", async (error) => {
    const { llm, second } = pair([error], []);
    expect(await errorOf(llm)).toBe(error);
    expect(second.requests).toEqual([]);
  });

  it("is left alone again as soon as the first is back", async () => {
    const { llm, second } = pair([failed, ofFirst], [ofSecond]);
    expect(await llm.ask(request)).toEqual(ofSecond);
    expect(await llm.ask(request)).toEqual(ofFirst);
    expect(second.requests).toHaveLength(1);
  });
});

describe("when both are down", () => {
  it.each([
    [noMoney, failed],
    [failed, noMoney],
    [noMoney, busyFor(5)],
    [paused, noMoney],
    [paused, busyFor(900)],
    // The first may be able to read it, once it is back.
    [failed, tooLong],
  ])("the error is the first's: %s, not %s", async (error, secondError) => {
    expect(await errorOf(pair([error], [secondError]).llm)).toBe(error);
  });

  it("the shorter of two pauses is enough, and the reason is still the first's", async () => {
    const error = await errorOf(pair([paused], [busyFor(5)]).llm);
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(error).toMatchObject({ code: paused.code, message: paused.message, afterSec: 5 });
  });

  it("a mistake of ours in the second is not hidden behind the first's error", async () => {
    const mistake = new TypeError("a mistake of ours");
    expect(await errorOf(pair([failed], [mistake]).llm)).toBe(mistake);
  });
});
