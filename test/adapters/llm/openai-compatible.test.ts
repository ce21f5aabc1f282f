import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type OpenAiCompatibleOptions, openAiCompatible } from "../../../adapters/llm/openai-compatible.ts";
import { ConfigurationError } from "../../../core/errors.ts";
import type { LlmAnswer } from "../../../core/ports/llm.ts";
import type { SandboxReply } from "../../../local/sandbox/server.ts";
import {
  apiKey,
  type ChatService,
  completion,
  request,
  settingsFor,
  startChatService,
} from "../../llm/chat-service.ts";
import { llmConformance } from "../../llm/conformance.ts";

let service: ChatService;
beforeEach(async () => {
  service = await startChatService();
});
afterEach(() => service.close());

const open = (options: Partial<OpenAiCompatibleOptions> = {}) =>
  openAiCompatible({ ...settingsFor(service), ...options });

llmConformance("an OpenAI-compatible service", async () => {
  const own = await startChatService();
  const reply = (answer: LlmAnswer | "failure"): SandboxReply => {
    if (answer === "failure") return { status: 503, body: "<html>unavailable</html>" };
    const usage = {
      prompt_tokens: answer.usage.promptTokens,
      completion_tokens: answer.usage.completionTokens,
      prompt_tokens_details: { cached_tokens: answer.usage.cachedTokens },
    };
    switch (answer.kind) {
      case "json":
        return completion({ content: JSON.stringify(answer.value), usage });
      case "refused":
        return completion({ refusal: "I can't help with that.", usage });
      case "cut":
        return completion({ content: '{"verdict":"m', finish_reason: "length", usage });
      case "unreadable":
        return completion({ content: "Оценка: хорошо.", usage });
    }
  };
  return {
    llm: openAiCompatible({ baseUrl: own.baseUrl, apiKey, model: "model-latest" }),
    willAnswer: (...answers) => own.willReply(...answers.map(reply)),
    paid: () =>
      own.bodies().map(({ messages: [system, user] }) => ({
        instructions: system?.content ?? "",
        input: user?.content ?? "",
      })),
    close: own.close,
  };
});

describe("the request", () => {
  it("has the instructions first, the input last, a strict schema and a limit", async () => {
    await open().ask(request);
    expect(service.bodies()).toEqual([
      {
        model: "model-latest",
        messages: [
          { role: "system", content: request.instructions },
          { role: "user", content: request.input },
        ],
        response_format: {
          type: "json_schema",
          json_schema: { name: "call_score", strict: true, schema: request.schema.json },
        },
        max_completion_tokens: 8000,
      },
    ]);
    expect(service.requests[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
  });

  it("differs between two calls in the input alone", async () => {
    const llm = open();
    await llm.ask(request);
    await llm.ask({ ...request, input: "другой" });
    const [first, second] = service.requests.map(({ body }) => body.toString());
    expect(second).toBe(first?.replace(request.input, "другой"));
  });

  it.each([
    ["bare", { type: "json_schema", json_schema: request.schema.json }],
    ["giga", { type: "json_schema", schema: request.schema.json, strict: true }],
    ["json_object", { type: "json_object" }],
    ["none", undefined],
  ] as const)("says the schema in the way of %s", async (schemaMode, format) => {
    await open({ schemaMode }).ask(request);
    expect(service.bodies()[0]?.response_format).toEqual(format);
  });

  it("carries what the operator adds", async () => {
    await open({
      maxTokensField: "max_tokens",
      maxTokens: 500,
      temperature: 0,
      extraHeaders: { "OpenAI-Project": "folder-1" },
      extraBody: { provider: { require_parameters: true } },
    }).ask(request);
    expect(service.bodies()[0]).toMatchObject({
      max_tokens: 500,
      temperature: 0,
      provider: { require_parameters: true },
    });
    expect(service.bodies()[0]).not.toHaveProperty("max_completion_tokens");
    expect(service.requests[0]?.headers["openai-project"]).toBe("folder-1");
  });

  it("carries the same key when the same question is sent again, so that a gateway need not pay twice [effects:model-key]", async () => {
    await open().ask({ ...request, key: "first" });
    await open().ask({ ...request, key: "first" });
    await open().ask({ ...request, key: "second" });
    const [sent, again, other] = service.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(sent).toMatch(/^[0-9a-f]{64}$/);
    expect(again).toBe(sent);
    expect(other).not.toBe(sent);
  });

  it("carries no key that was used for another body", async () => {
    service.willReply({ status: 400, body: { error: { message: "response_format is not supported" } } });
    await open().ask({ ...request, key: "first" });
    const keys = service.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(2);
    expect(keys[1]).not.toBe(keys[0]);
  });

  it("carries no key when the question has none", async () => {
    await open().ask(request);
    expect(service.requests[0]?.headers).not.toHaveProperty("idempotency-key");
  });

  it("names the folder of a Yandex model in the header that Yandex wants", async () => {
    await open({ model: "gpt://b1gfolder/yandexgpt/latest" }).ask(request);
    expect(service.requests[0]?.headers["openai-project"]).toBe("b1gfolder");
  });

  it("takes nothing from the variables of OpenAI's own client", async () => {
    vi.stubEnv("OPENAI_ADMIN_KEY", "admin-of-another-service");
    vi.stubEnv("OPENAI_ORG_ID", "organization-of-another-service");
    vi.stubEnv("OPENAI_LOG", "debug");
    const log = vi.spyOn(console, "debug").mockImplementation(() => {});
    try {
      await open().ask(request);
      expect(JSON.stringify(service.requests[0]?.headers)).not.toContain("another-service");
      expect(log).not.toHaveBeenCalled();
    } finally {
      log.mockRestore();
      vi.unstubAllEnvs();
    }
  });
});

describe("settings", () => {
  it.each<[Partial<OpenAiCompatibleOptions>, string]>([
    [{ baseUrl: "http://api.example.com/v1" }, "LLM_BASE_URL"],
    [{ baseUrl: "http://localhost.example.com/v1" }, "LLM_BASE_URL"],
    [{ baseUrl: "https://user:password@example.com/v1" }, "LLM_BASE_URL"],
    [{ baseUrl: "https://example.com/v1?key=secret" }, "LLM_BASE_URL"],
    [{ baseUrl: "api.openai.com/v1" }, "LLM_BASE_URL"],
    [{ apiKey: "" }, "LLM_API_KEY"],
    [{ apiKey: "ключ" }, "LLM_API_KEY"],
    [{ apiKey: "sk-1\n" }, "LLM_API_KEY"],
    [{ variables: "LLM_FALLBACK", baseUrl: "api.openai.com/v1" }, "LLM_FALLBACK_BASE_URL"],
    [{ variables: "LLM_FALLBACK", apiKey: "" }, "LLM_FALLBACK_API_KEY"],
  ])("%o stops the start with the name of the variable", (options, variable) => {
    expect(() => open(options)).toThrow(ConfigurationError);
    expect(() => open(options)).toThrow(variable);
  });

  it.each(["/", "/chat/completions", "/chat/completions/"])(
    "take the address with %s at its end as well",
    async (end) => {
      expect(await open({ baseUrl: service.baseUrl + end }).ask(request)).toMatchObject({ kind: "json" });
    },
  );

  it("take https anywhere", () => {
    expect(open({ baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai/" })).toBeDefined();
  });
});
