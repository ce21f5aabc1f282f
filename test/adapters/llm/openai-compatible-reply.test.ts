import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenAiCompatibleOptions, openAiCompatible } from "../../../adapters/llm/openai-compatible.ts";
import type { SandboxReply } from "../../../local/sandbox/server.ts";
import {
  type ChatService,
  completion,
  openAiError,
  request,
  settingsFor,
  startChatService,
} from "../../llm/chat-service.ts";

let service: ChatService;
beforeEach(async () => {
  service = await startChatService();
});
afterEach(() => service.close());

const open = (options: Partial<OpenAiCompatibleOptions> = {}) =>
  openAiCompatible({ ...settingsFor(service), ...options });

describe("the answer", () => {
  const ask = (reply: SandboxReply) => {
    service.willReply(reply);
    return open().ask(request);
  };
  const good = { kind: "json", value: { ok: true } };

  it.each([
    ["in a fence, whatever the schema said", completion({ content: '```json\n{"ok":true}\n```' })],
    ["with a finish reason of null", completion({ content: '{"ok":true}', finish_reason: null })],
    ["with the finish reason eos", completion({ content: '{"ok":true}', finish_reason: "eos" })],
    ["with an empty refusal", completion({ content: '{"ok":true}', refusal: "" })],
    [
      "in parts, thinking among them",
      completion({
        content: [
          { type: "thinking", thinking: [{ type: "text", text: '{"ok":false}' }] },
          { type: "text", text: '{"ok":' },
          { type: "text", text: "true}" },
        ],
      }),
    ],
    [
      "under a wrong media type",
      {
        headers: { "content-type": "text/plain" },
        body: JSON.stringify(completion({ content: '{"ok":true}' }).body),
      },
    ],
  ])("is read %s", async (_how, reply) => {
    expect(await ask(reply)).toMatchObject(good);
  });

  it.each([
    ["content_filter", completion({ content: "", finish_reason: "content_filter" })],
    [
      "blacklist, GigaChat's, with a canned text",
      completion({ content: 'Не люблю менять тему. {"ok":true}', finish_reason: "blacklist" }),
    ],
    ["a refusal", completion({ refusal: "I'm sorry." })],
    ["a filter before the model", openAiError(400, "The response was filtered", { code: "content_filter" })],
    ["DeepSeek's filter", openAiError(400, "Content Exists Risk")],
    [
      "OpenRouter's moderation",
      {
        status: 403,
        body: { error: { code: 403, message: "Your input was flagged", metadata: { reasons: [] } } },
      },
    ],
  ])("is refused: %s", async (_how, reply) => {
    expect(await ask(reply)).toMatchObject({ kind: "refused" });
    expect(service.requests).toHaveLength(1);
  });

  it.each([
    ["half JSON", completion({ content: '{"ok":tr', finish_reason: "length" })],
    ["whole JSON", completion({ content: '{"ok":true}', finish_reason: "length" })],
    ["nothing, after hidden reasoning", completion({ content: null, finish_reason: "length" })],
    ["Mistral's word for it", completion({ content: "{", finish_reason: "model_length" })],
  ])("is cut: %s", async (_how, reply) => {
    expect(await ask(reply)).toMatchObject({ kind: "cut" });
  });

  it.each([
    ["empty, as DeepSeek sometimes sends it", completion({ content: "" })],
    ["without content", completion({ content: null })],
    ["words", completion({ content: "Хороший звонок!" })],
  ])("is unreadable: %s", async (_how, reply) => {
    expect(await ask(reply)).toMatchObject({ kind: "unreadable" });
  });

  it.each([
    [
      "OpenAI",
      { prompt_tokens: 9, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } },
      [9, 4, 3],
    ],
    ["GigaChat", { prompt_tokens: 9, completion_tokens: 3, precached_prompt_tokens: 4 }, [9, 4, 3]],
    ["DeepSeek", { prompt_tokens: 9, completion_tokens: 3, prompt_cache_hit_tokens: 4 }, [9, 4, 3]],
    ["a server that does not count the cache", { prompt_tokens: 9, completion_tokens: 3 }, [9, null, 3]],
    ["a server that does not count", null, [null, null, null]],
    ["a server that counts in words", { prompt_tokens: "many", completion_tokens: -1 }, [null, null, null]],
  ])("has the usage of %s", async (_service, usage, [promptTokens, cachedTokens, completionTokens]) => {
    expect(await ask(completion({ content: '{"ok":true}', usage }))).toMatchObject({
      usage: { model: "model-2026-11", promptTokens, cachedTokens, completionTokens },
    });
  });

  it("names the model that was asked for when the service names none", async () => {
    const reply = { body: { choices: [{ message: { content: '{"ok":true}' } }] } };
    expect(await ask(reply)).toMatchObject({ ...good, usage: { model: "model-latest", promptTokens: null } });
  });
});
