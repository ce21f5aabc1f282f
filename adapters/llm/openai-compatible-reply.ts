import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { LlmAnswer, LlmUsage } from "../../core/ports/llm.ts";
import { findJsonObject, hasKeys } from "./openai-compatible-json.ts";

// A number of the wrong shape must not cost an answer that was paid for.
const tokens = z.number().int().nonnegative().nullish().catch(null);
const words = z.string().nullish().catch(null);

const Reply = z.object({
  model: words,
  error: z.unknown().optional(),
  choices: z
    .array(
      z.object({
        finish_reason: words,
        error: z.unknown().optional(),
        message: z
          .object({
            /** Parts come from models that think aloud (Mistral, Magistral): `[{type: "thinking"}, {type: "text", text}]`. */
            content: z
              .union([z.string(), z.array(z.object({ type: words, text: words }))])
              .nullish()
              .catch(null),
            refusal: words,
          })
          .nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: tokens,
      completion_tokens: tokens,
      prompt_tokens_details: z.object({ cached_tokens: tokens }).nullish().catch(null),
      /** GigaChat. */
      precached_prompt_tokens: tokens,
      /** DeepSeek. */
      prompt_cache_hit_tokens: tokens,
    })
    .nullish()
    .catch(null),
});

export type ReadReply =
  | { kind: "answer"; answer: LlmAnswer; followsSchema: boolean }
  /** HTTP 200 with an error inside, as OpenRouter sends it. */
  | { kind: "error"; error: unknown };

/** "length" everywhere; the others of Anthropic, Mistral and Gemini behind gateways that pass them through. */
const cutReasons = ["length", "max_tokens", "model_length"];
/** "blacklist" is GigaChat's, with a canned text as content; "sensitive" GLM's. */
const refusedReasons = ["content_filter", "blacklist", "refusal", "safety", "sensitive"];
/** The service broke off; asking again is right. "insufficient_system_resource" is DeepSeek's. */
const brokenReasons = ["error", "network_error", "insufficient_system_resource"];

/** @throws VendorError when the reply is not one of a chat completion, or the service broke off in the middle */
export function readReply(body: unknown, request: { model: string; requiredKeys: string[] }): ReadReply {
  const parsed = Reply.safeParse(body);
  if (!parsed.success) throw unreadableReply();
  const reply = parsed.data;
  const choice = reply.choices?.[0];
  const error = reply.error ?? choice?.error;
  if (error) return { kind: "error", error };
  if (!choice) throw unreadableReply();

  const usage = readUsage(reply, request.model);
  const finish = choice.finish_reason?.toLowerCase() ?? "";
  const answered = (answer: LlmAnswer, followsSchema = true): ReadReply => ({
    kind: "answer",
    answer,
    followsSchema,
  });
  if (brokenReasons.includes(finish))
    throw new VendorError("llm.failed", "the model's service broke off its answer");
  if (choice.message?.refusal || refusedReasons.includes(finish)) return answered({ kind: "refused", usage });
  if (cutReasons.includes(finish)) return answered({ kind: "cut", usage });

  // Any other reason ("stop", null, "eos") is as good as the JSON is.
  const value = findJsonObject(textOf(choice.message?.content), request.requiredKeys);
  if (value === undefined) return answered({ kind: "unreadable", usage }, false);
  return answered({ kind: "json", value, usage }, hasKeys(value, request.requiredKeys));
}

export function unreadableReply(): VendorError {
  return new VendorError(
    "llm.unreadable_reply",
    "the model's service answered with something that is not a chat completion",
  );
}

/** Of a request that was refused before it reached the model. */
export function noUsage(model: string): LlmUsage {
  return { model, promptTokens: null, cachedTokens: null, completionTokens: null };
}

function readUsage({ model, usage }: z.infer<typeof Reply>, askedModel: string): LlmUsage {
  return {
    model: model || askedModel,
    promptTokens: usage?.prompt_tokens ?? null,
    cachedTokens:
      usage?.prompt_tokens_details?.cached_tokens ??
      usage?.precached_prompt_tokens ??
      usage?.prompt_cache_hit_tokens ??
      null,
    completionTokens: usage?.completion_tokens ?? null,
  };
}

type Content = NonNullable<NonNullable<z.infer<typeof Reply>["choices"]>[number]["message"]>["content"];

function textOf(content: Content): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => (part.type === "thinking" ? "" : (part.text ?? ""))).join("");
}
