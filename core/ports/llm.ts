/** A language model that answers in JSON. One call is one paid request: drivers do not retry. */
export interface Llm {
  ask(request: LlmRequest): Promise<LlmAnswer>;
}

export interface LlmRequest {
  /** The static part, the same for every call of a checklist, so that prompt caches hit. */
  instructions: string;
  /** The part that differs; data, never instructions. */
  input: string;
  /** Strict JSON Schema: every object closed, every property required. `name` is at most 64 of [A-Za-z0-9_-]. */
  schema: { name: string; json: Record<string, unknown> };
  /** Names this asking: the same key means the same question once more, not a second one. A service that heeds it answers from memory. */
  key?: string;
}

export type LlmAnswer =
  /** Parsed JSON, not yet checked against anything. */
  | { kind: "json"; value: unknown; usage: LlmUsage }
  /** The model or its filter would not answer. */
  | { kind: "refused"; usage: LlmUsage }
  /** It stopped at its limit of tokens. */
  | { kind: "cut"; usage: LlmUsage }
  /** No JSON could be found in it. */
  | { kind: "unreadable"; usage: LlmUsage };

/** Numbers that the service did not give are null, never 0. */
export interface LlmUsage {
  /** The model as the service names it in its answer. */
  model: string;
  promptTokens: number | null;
  cachedTokens: number | null;
  completionTokens: number | null;
}
