import { expect, it } from "vitest";
import { VendorError } from "../../core/errors.ts";
import type { LlmAnswer } from "../../core/ports/llm.ts";
import { jsonAnswer, scriptedLlm } from "../fakes/llm.ts";
import { llmConformance } from "./conformance.ts";

llmConformance("the scripted model", async () => {
  const script: (LlmAnswer | Error)[] = [];
  const llm = scriptedLlm(script);
  return {
    llm,
    willAnswer: (...answers) =>
      void script.push(
        ...answers.map((answer) =>
          answer === "failure" ? new VendorError("llm.failed", "the service failed") : answer,
        ),
      ),
    paid: () => llm.requests.map(({ instructions, input }) => ({ instructions, input })),
  };
});

const request = { instructions: "i", input: "in", schema: { name: "s", json: {} } };

it("answers by what it is asked when it is given a function", async () => {
  const llm = scriptedLlm(({ input }) => jsonAnswer({ heard: input }));
  expect(await llm.ask(request)).toMatchObject({ value: { heard: "in" } });
});

it("fails loudly when it is asked more often than it was told", async () => {
  const llm = scriptedLlm([jsonAnswer({})]);
  await llm.ask(request);
  await expect(llm.ask(request)).rejects.toThrow("more often");
});
