import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isOwnError } from "../../core/errors.ts";
import type { Llm, LlmAnswer, LlmRequest } from "../../core/ports/llm.ts";

/** A model under test whose service gives the answers that it is told to, in the vendor's own dialect. */
export interface LlmUnderTest {
  llm: Llm;
  /** The next requests are answered with these, one each; "failure" is a service that does not work. */
  willAnswer(...answers: (LlmAnswer | "failure")[]): void;
  /** What reached the model, in order: each was paid for. */
  paid(): { instructions: string; input: string }[];
  close?(): Promise<void>;
}

const schema = {
  name: "call_score",
  json: {
    type: "object",
    additionalProperties: false,
    required: ["verdict", "quote"],
    properties: { verdict: { type: "string" }, quote: { type: ["string", "null"] } },
  },
};
const request: LlmRequest = {
  instructions: "Суди по чек-листу.",
  input: "[0] Менеджер: «Добрый день»",
  schema,
};
const usage = { model: "model-2026-11", promptTokens: 1830, cachedTokens: 1024, completionTokens: 410 };
const value = { verdict: "met", quote: '«Добрый день», — ё {не скобка} "кавычки" \\ <b>' };

/** What every {@link Llm} promises. */
export function llmConformance(name: string, open: () => Promise<LlmUnderTest>): void {
  describe(`${name}, as a language model`, () => {
    let tested: LlmUnderTest;
    beforeEach(async () => {
      tested = await open();
    });
    afterEach(() => tested.close?.());

    it("gives the JSON of the answer with what it cost", async () => {
      tested.willAnswer({ kind: "json", value, usage });
      expect(await tested.llm.ask(request)).toEqual({ kind: "json", value, usage });
    });

    it("gives null for what the service does not count", async () => {
      const uncounted = {
        model: "model-2026-11",
        promptTokens: null,
        cachedTokens: null,
        completionTokens: null,
      };
      tested.willAnswer({ kind: "json", value, usage: uncounted });
      expect(await tested.llm.ask(request)).toEqual({ kind: "json", value, usage: uncounted });
    });

    it.each(["refused", "cut", "unreadable"] as const)("says that the answer is %s", async (kind) => {
      tested.willAnswer({ kind, usage });
      expect(await tested.llm.ask(request)).toEqual({ kind, usage });
    });

    it.each(["refused", "cut", "unreadable"] as const)("pays once for an answer that is %s", async (kind) => {
      tested.willAnswer({ kind, usage }, { kind: "json", value, usage });
      await tested.llm.ask(request);
      expect(tested.paid()).toHaveLength(1);
    });

    it("hands over instructions and input as they are", async () => {
      tested.willAnswer({ kind: "json", value, usage });
      await tested.llm.ask(request);
      expect(tested.paid()).toEqual([{ instructions: request.instructions, input: request.input }]);
    });

    it("fails with an error of its own when the service does not work, and works again after it", async () => {
      tested.willAnswer("failure", { kind: "json", value, usage });
      const error = await tested.llm.ask(request).catch((thrown: unknown) => thrown);
      expect(isOwnError(error)).toBe(true);
      expect(await tested.llm.ask(request)).toMatchObject({ kind: "json" });
    });

    it("keeps answers apart that are asked for at the same time", async () => {
      tested.willAnswer(
        ...["a", "b", "c"].map((verdict) => ({
          kind: "json" as const,
          value: { verdict, quote: null },
          usage,
        })),
      );
      const answers = await Promise.all(
        ["1", "2", "3"].map((input) => tested.llm.ask({ ...request, input })),
      );
      const verdicts = answers.map((answer) => answer.kind === "json" && answer.value);
      expect(verdicts).toHaveLength(3);
      expect(verdicts).toEqual(
        expect.arrayContaining(["a", "b", "c"].map((verdict) => ({ verdict, quote: null }))),
      );
      expect(
        tested
          .paid()
          .map(({ input }) => input)
          .sort(),
      ).toEqual(["1", "2", "3"]);
    });
  });
}
