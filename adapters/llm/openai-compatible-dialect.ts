import type { LlmRequest } from "../../core/ports/llm.ts";
import { anyParameterWords, faultKind, type ServiceFault, schemaWords } from "./openai-compatible-fault.ts";

/**
 * How the service is told the schema.
 * `openai`: `json_schema: {name, strict, schema}`. `bare`: the schema itself under `json_schema` (Yandex AI Studio's example).
 * `giga`: the schema beside `type` (GigaChat API v1). `json_object`: any JSON, the schema in the prompt.
 * `none`: nothing but the prompt.
 */
export type SchemaMode = "openai" | "bare" | "giga" | "json_object" | "none";
export type LimitField = "max_completion_tokens" | "max_tokens";

/** What is sent to the service, and what else may be tried: the first of each list is what stands in the request. */
export interface Dialect {
  schemaModes: readonly SchemaMode[];
  /** Empty: without a limit. */
  limitFields: readonly LimitField[];
  temperature: number | undefined;
  /** Only this request goes without a limit. */
  unlimitedOnce: boolean;
}

export function firstDialect(options: {
  schemaMode?: SchemaMode | undefined;
  maxTokensField?: LimitField | undefined;
  temperature?: number | undefined;
}): Dialect {
  return {
    schemaModes: options.schemaMode ? [options.schemaMode] : ["openai", "json_object", "none"],
    limitFields: options.maxTokensField ? [options.maxTokensField] : ["max_completion_tokens", "max_tokens"],
    temperature: options.temperature,
    unlimitedOnce: false,
  };
}

/**
 * The next dialect to try after a refusal, or undefined when the refusal is about something else.
 * The words are the services' own and differ, so what is looked for is the name of the refused field.
 */
export function nextDialect(dialect: Dialect, fault: ServiceFault): Dialect | undefined {
  const kind = faultKind(fault);
  const limitField = dialect.unlimitedOnce ? undefined : dialect.limitFields[0];
  if (kind === "too-long") {
    // Prompt and limit together are over the context: without the limit the service gives the answer the room that is left.
    const limitCounted = /max_(completion_)?tokens|in the completion|output tokens/.test(fault.words);
    return limitField && limitCounted ? { ...dialect, unlimitedOnce: true } : undefined;
  }
  if (kind !== "request" || ![400, 404, 422].includes(fault.status)) return undefined;
  if (dialect.temperature !== undefined && fault.words.includes("temperature"))
    return { ...dialect, temperature: undefined };
  if (limitField && new RegExp(`\\b${limitField}\\b`).test(fault.words))
    return { ...dialect, limitFields: dialect.limitFields.slice(1) };
  if (schemaWords.test(fault.words) || anyParameterWords.test(fault.words)) return withoutSchemaMode(dialect);
  return undefined;
}

/** Undefined when there is no other way to tell the schema. */
export function withoutSchemaMode(dialect: Dialect): Dialect | undefined {
  return dialect.schemaModes.length > 1
    ? { ...dialect, schemaModes: dialect.schemaModes.slice(1) }
    : undefined;
}

export function schemaModeOf(dialect: Dialect): SchemaMode {
  return dialect.schemaModes[0] ?? "none";
}

/** The body of the request. The static part comes first and whole, so that prompt caches hit; the input comes last. */
export function requestBody(
  { instructions, input, schema }: LlmRequest,
  dialect: Dialect,
  { model, maxTokens }: { model: string; maxTokens: number },
): Record<string, unknown> {
  const mode = schemaModeOf(dialect);
  const limitField = dialect.unlimitedOnce ? undefined : dialect.limitFields[0];
  return {
    model,
    messages: [
      {
        role: "system",
        content: schemaInPrompt(mode) ? withSchema(instructions, schema.json) : instructions,
      },
      { role: "user", content: input },
    ],
    ...responseFormat(mode, schema),
    ...(limitField ? { [limitField]: maxTokens } : {}),
    ...(dialect.temperature === undefined ? {} : { temperature: dialect.temperature }),
  };
}

function schemaInPrompt(mode: SchemaMode): boolean {
  return mode === "json_object" || mode === "none";
}

// The word JSON must stand in the prompt for `json_object` (OpenAI and DeepSeek docs, "JSON mode").
function withSchema(instructions: string, json: Record<string, unknown>): string {
  return `${instructions}\n\nAnswer with one JSON object and nothing else. It must follow this JSON Schema:\n${JSON.stringify(json)}`;
}

function responseFormat(mode: SchemaMode, { name, json }: LlmRequest["schema"]): Record<string, unknown> {
  switch (mode) {
    case "openai":
      return {
        response_format: { type: "json_schema", json_schema: { name, strict: true, schema: json } },
      };
    case "bare":
      return { response_format: { type: "json_schema", json_schema: json } };
    case "giga":
      return { response_format: { type: "json_schema", schema: json, strict: true } };
    case "json_object":
      return { response_format: { type: "json_object" } };
    case "none":
      return {};
  }
}
