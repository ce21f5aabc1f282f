import type { Llm, LlmAnswer, LlmRequest, LlmUsage } from "../../core/ports/llm.ts";

export type LlmScript = readonly (LlmAnswer | Error)[] | ((request: LlmRequest) => LlmAnswer);

/** A model that says what it was told to: the answers one after the other (an Error is thrown), or what a function makes of the request. */
export function scriptedLlm(script: LlmScript): Llm & { requests: LlmRequest[] } {
  const requests: LlmRequest[] = [];
  return {
    requests,
    async ask(request) {
      requests.push(structuredClone(request));
      const answer = typeof script === "function" ? script(request) : script[requests.length - 1];
      if (answer === undefined)
        throw new Error("the scripted model was asked more often than it has answers");
      if (answer instanceof Error) throw answer;
      return structuredClone(answer);
    },
  };
}

export const scriptedUsage: LlmUsage = {
  model: "scripted-1",
  promptTokens: 1830,
  cachedTokens: 1024,
  completionTokens: 410,
};

export function jsonAnswer(value: unknown, usage: LlmUsage = scriptedUsage): LlmAnswer {
  return { kind: "json", value, usage };
}
