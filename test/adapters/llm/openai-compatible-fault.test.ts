import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenAiCompatibleOptions, openAiCompatible } from "../../../adapters/llm/openai-compatible.ts";
import { ConfigurationError, PermanentError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import type { Fault, SandboxReply } from "../../../local/sandbox/server.ts";
import {
  apiKey,
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

const failureOf = (llm = open()): Promise<unknown> =>
  llm.ask(request).then(
    () => expect.unreachable("it was answered"),
    (error: unknown) => error,
  );

describe("errors", () => {
  const says = (status: number, body: string | object): SandboxReply => ({ status, body });
  const inside = (error: object): SandboxReply => says(200, { error });

  it.each<[string, Fault, string, string]>([
    ["401", openAiError(401, "Incorrect API key provided"), "llm.unauthorized", "LLM_API_KEY"],
    [
      "401 of GigaChat",
      says(401, { status: 401, message: "Token has expired" }),
      "llm.unauthorized",
      "LLM_API_KEY",
    ],
    [
      "403 of Yandex",
      says(403, { code: 7, message: "Permission denied", details: [] }),
      "llm.unauthorized",
      "LLM_API_KEY",
    ],
    [
      "400 of Gemini in an array",
      says(400, [{ error: { code: 400, message: "API key not valid." } }]),
      "llm.unauthorized",
      "LLM_API_KEY",
    ],
    [
      "a web page with 403",
      says(403, "<html>Access to model denied</html>"),
      "llm.unauthorized",
      "LLM_API_KEY",
    ],
    [
      "a country",
      openAiError(403, "Country, region, or territory not supported", {
        code: "unsupported_country_region_territory",
      }),
      "llm.region_refused",
      "LLM_BASE_URL",
    ],
    [
      "a country, as Gemini puts it",
      says(400, [{ error: { message: "User location is not supported for the API use." } }]),
      "llm.region_refused",
      "LLM_BASE_URL",
    ],
    ["402", says(402, { error: { message: "Insufficient Balance" } }), "llm.no_money", "LLM_API_KEY"],
    [
      "429 insufficient_quota",
      openAiError(429, "You exceeded your current quota", { code: "insufficient_quota" }),
      "llm.no_money",
      "LLM_API_KEY",
    ],
    [
      "402 inside a success",
      inside({ code: 402, message: "Insufficient credits" }),
      "llm.no_money",
      "LLM_API_KEY",
    ],
    [
      "404 of a model",
      openAiError(404, "The model `model-latest` does not exist"),
      "llm.unknown_model",
      "LLM_MODEL",
    ],
    [
      "404 of GigaChat",
      says(404, { status: 404, message: "No such model" }),
      "llm.unknown_model",
      "LLM_MODEL",
    ],
    [
      "403 of a model",
      openAiError(403, "Project does not have access to model `model-latest`", { code: "model_not_found" }),
      "llm.unknown_model",
      "LLM_MODEL",
    ],
    [
      "400 of OpenRouter's model",
      openAiError(400, "model-latest is not a valid model ID"),
      "llm.unknown_model",
      "LLM_MODEL",
    ],
    ["404 of a web server", says(404, "<html>Not Found</html>"), "llm.unknown_model", "LLM_BASE_URL"],
    [
      "a redirect",
      { status: 308, headers: { location: "https://example.com/" } },
      "llm.wrong_address",
      "LLM_BASE_URL",
    ],
    ["405", says(405, ""), "llm.wrong_address", "LLM_BASE_URL"],
    ["another 400", openAiError(400, "Invalid value for 'messages'"), "llm.rejected_request", "LLM_MODEL"],
  ])("%s is for the operator", async (_what, fault, code, variable) => {
    service.fail("/chat/completions", fault);
    const error = await failureOf();
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(variable) });
    expect(service.requests).toHaveLength(1);
  });

  it.each<[string, Fault, RegExp]>([
    ["401", openAiError(401, "Incorrect API key provided"), /LLM_FALLBACK_API_KEY.*LLM_FALLBACK_BASE_URL/],
    ["402", says(402, { error: { message: "Insufficient Balance" } }), /LLM_FALLBACK_API_KEY/],
    ["a country", openAiError(403, "Country, region, or territory not supported"), /LLM_FALLBACK_BASE_URL/],
    ["a model", openAiError(404, "The model does not exist"), /LLM_FALLBACK_MODEL.*LLM_FALLBACK_BASE_URL/],
    ["405", says(405, ""), /LLM_FALLBACK_BASE_URL/],
    ["another 400", openAiError(400, "Invalid value for 'messages'"), /LLM_FALLBACK_MODEL/],
  ])("%s of the fallback names the fallback's variables alone", async (_what, fault, variables) => {
    service.fail("/chat/completions", fault);
    const error = await failureOf(open({ variables: "LLM_FALLBACK" }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ message: expect.stringMatching(variables) });
    expect(error).toMatchObject({ message: expect.not.stringMatching(/LLM_(?!FALLBACK_)/) });
  });

  it.each<[string, SandboxReply, number]>([
    ["retry-after-ms", { status: 429, headers: { "retry-after-ms": "1500", "retry-after": "9" } }, 2],
    ["retry-after", { status: 429, headers: { "retry-after": "12" } }, 12],
    ["a date", { status: 429, headers: { "retry-after": "Fri, 20 Nov 2026 12:00:45 GMT" } }, 45],
    ["nothing", openAiError(429, "Rate limit reached"), 30],
    ["a success with 429 inside", inside({ code: 429, message: "Provider returned error" }), 30],
    ["a success with words inside", inside({ code: "rate_limit_exceeded", message: "slow down" }), 30],
    [
      "a quota of the minute, Gemini's",
      says(429, [{ error: { code: 429, message: "You exceeded your current quota" } }]),
      30,
    ],
  ])("429 with %s comes back later", async (_what, reply, afterSec) => {
    service.willReply(reply);
    const error = await failureOf();
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(error).toMatchObject({ code: "llm.rate_limited", afterSec });
  });

  it.each<[string, SandboxReply]>([
    ["OpenAI's code", openAiError(400, "too long", { code: "context_length_exceeded" })],
    ["413", says(413, "<html>Request Entity Too Large</html>")],
    [
      "Yandex' words",
      says(400, { code: 3, message: "number of input tokens must be no more than 32768, got 40000" }),
    ],
    [
      "llama.cpp's words",
      says(400, {
        error: {
          code: 400,
          message: "the request exceeds the available context size",
          type: "exceed_context_size_error",
        },
      }),
    ],
    [
      "Anthropic's words",
      says(400, { type: "error", error: { message: "prompt is too long: 210000 tokens > 200000 maximum" } }),
    ],
  ])("an input that is too long is wrong with the call: %s", async (_what, reply) => {
    service.willReply(reply);
    const error = await failureOf();
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({ code: "llm.input_too_long" });
  });

  it.each<[string, Fault, string]>([
    ["408", says(408, ""), "llm.failed"],
    ["500", openAiError(500, "The server had an error; response_format"), "llm.failed"],
    ["502, a web page", says(502, "<html>Bad Gateway</html>"), "llm.failed"],
    ["500, with thousands of brackets", says(500, `${"[".repeat(3000)}${"]".repeat(3000)}`), "llm.failed"],
    ["529", says(529, { error: { message: "Overloaded" } }), "llm.failed"],
    ["a success with a failure inside", inside({ message: "Provider returned error" }), "llm.failed"],
    [
      "a success with a failure inside its choice",
      completion({ finish_reason: "error", error: { code: 502, message: "upstream" } }),
      "llm.failed",
    ],
    [
      "an answer that was broken off",
      completion({ content: "{", finish_reason: "insufficient_system_resource" }),
      "llm.failed",
    ],
    ["a web page that calls itself a success", { body: "<html>Log in</html>" }, "llm.unreadable_reply"],
    [
      "half a reply",
      { headers: { "content-type": "application/json" }, body: '{"choices":[{"mess' },
      "llm.unreadable_reply",
    ],
    ["a reply without choices", { body: { choices: [] } }, "llm.unreadable_reply"],
    ["an empty success", { status: 204 }, "llm.unreadable_reply"],
    ["a reset connection", "reset", "llm.unreachable"],
  ])("%s passes, and is not asked again here", async (_what, fault, code) => {
    service.fail("/chat/completions", fault);
    const error = await failureOf();
    expect(error).toBeInstanceOf(VendorError);
    expect(error).toMatchObject({ code });
    expect(service.requests).toHaveLength(1);
  });

  it("ends the wait for a service that never answers", async () => {
    service.fail("/chat/completions", "hang");
    expect(await failureOf(open({ timeoutSec: 0.05 }))).toMatchObject({ code: "llm.timeout" });
  });

  it("ends the wait for a body that never ends", async () => {
    const endless: typeof fetch = async (_url, init) => {
      const body = new ReadableStream({
        start: (controller) =>
          init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason)),
      });
      return new Response(body, { headers: { "content-type": "application/json" } });
    };
    expect(await failureOf(open({ timeoutSec: 0.05, fetch: endless }))).toMatchObject({
      code: "llm.timeout",
    });
  });

  it("never hold the key, the prompt or the reply", async () => {
    const leak = `${apiKey} ${request.input} ${request.instructions}`;
    const faults: Fault[] = [
      ...[400, 401, 402, 403, 404, 413, 422, 429, 500].map((status) => openAiError(status, leak)),
      { status: 200, body: leak },
      says(200, { error: { message: leak } }),
      { status: 200, headers: { "content-type": "application/json" }, body: `${leak}{` },
    ];
    for (const fault of faults) {
      service.fail("/chat/completions", fault);
      const error = (await failureOf()) as Error;
      const everything = [error.message, error.stack, String(error.cause)].join("\n");
      expect(everything).not.toContain(apiKey);
      expect(everything).not.toContain(request.input);
      expect(everything).not.toContain(request.instructions);
    }
  });
});
