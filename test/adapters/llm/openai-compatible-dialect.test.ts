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

const failureOf = (llm = open()): Promise<unknown> =>
  llm.ask(request).then(
    () => expect.unreachable("it was answered"),
    (error: unknown) => error,
  );

describe("what a service refuses to take", () => {
  const modes = () =>
    service.bodies().map(({ response_format }) => (response_format ? response_format.type : "none"));

  it.each([
    [
      "OpenAI, an older model",
      openAiError(
        400,
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
        {
          param: "response_format",
        },
      ),
    ],
    ["DeepSeek", openAiError(400, "This response_format type is unavailable now")],
    [
      "FastAPI",
      {
        status: 422,
        body: {
          detail: [
            {
              type: "literal_error",
              loc: ["body", "response_format", "type"],
              msg: "Input should be 'text' or 'json_object'",
              input: "json_schema",
            },
          ],
        },
      },
    ],
    [
      "GigaChat",
      { status: 422, body: { status: 422, message: "Unknown field: response_format.json_schema" } },
    ],
    ["Yandex", { status: 400, body: { code: 3, message: "strict schema is not supported", details: [] } }],
    [
      "OpenRouter",
      {
        status: 404,
        body: {
          error: { code: 404, message: "No endpoints found that can handle the requested parameters." },
        },
      },
    ],
    [
      "OpenRouter, inside a success",
      { status: 200, body: { error: { code: 400, message: "response_format is not supported" } } },
    ],
    [
      "a schema that is too deep for it",
      openAiError(
        400,
        "Invalid schema for response_format 'call_score': 7 levels of nesting exceeds limit of 5.",
      ),
    ],
    ["plain text", { status: 422, body: "unknown field `response_format`" }],
  ])("is let go: a strict schema, as %s puts it", async (_service, refusal) => {
    service.willReply(refusal);
    expect(await open().ask(request)).toMatchObject({ kind: "json", value: { ok: true } });
    expect(modes()).toEqual(["json_schema", "json_object"]);
    const prompt = service.bodies()[1]?.messages[0]?.content ?? "";
    expect(prompt.startsWith(request.instructions)).toBe(true);
    expect(prompt).toContain("JSON");
    expect(prompt).toContain(JSON.stringify(request.schema.json));
  });

  it("is let go down to plain text, and the price of finding out is paid once", async () => {
    service.alwaysReplies(({ response_format }) =>
      response_format
        ? openAiError(400, "Unrecognized request argument supplied: response_format")
        : completion({ content: 'Вот:\n```json\n{"ok":true}\n```' }),
    );
    const llm = open();
    expect(await llm.ask(request)).toMatchObject({ kind: "json", value: { ok: true } });
    await llm.ask(request);
    expect(modes()).toEqual(["json_schema", "json_object", "none", "none"]);
  });

  it.each([
    [
      "max_completion_tokens",
      {
        status: 422,
        body: { detail: [{ loc: ["body", "max_completion_tokens"], msg: "Extra inputs are not permitted" }] },
      },
    ],
    [
      "max_completion_tokens, with a hint",
      openAiError(400, "Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' instead."),
    ],
  ])("is let go: %s for max_tokens, once", async (_what, refusal) => {
    service.willReply(refusal);
    const llm = open();
    await llm.ask(request);
    await llm.ask(request);
    const limits = service.bodies().map((body) => [body.max_completion_tokens, body.max_tokens]);
    expect(limits).toEqual([
      [8000, undefined],
      [undefined, 8000],
      [undefined, 8000],
    ]);
    expect(modes()).toEqual(["json_schema", "json_schema", "json_schema"]);
  });

  it("is let go: a limit of tokens that is too high for the model under either name", async () => {
    service.alwaysReplies((body) => {
      const field = (["max_completion_tokens", "max_tokens"] as const).find((name) => body[name]);
      return field
        ? openAiError(400, `${field} is too large: 8000. This model supports at most 4096.`)
        : completion({ content: '{"ok":true}' });
    });
    expect(await open().ask(request)).toMatchObject({ kind: "json" });
    expect(service.bodies()).toHaveLength(3);
  });

  it("is let go: a temperature", async () => {
    service.willReply(
      openAiError(
        400,
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        {
          param: "temperature",
          code: "unsupported_value",
        },
      ),
    );
    await open({ temperature: 0 }).ask(request);
    expect(service.bodies().map(({ temperature }) => temperature)).toEqual([0, undefined]);
    expect(modes()).toEqual(["json_schema", "json_schema"]);
  });

  it("is let go one by one when it is everything", async () => {
    service.alwaysReplies((body) => {
      const field = ["response_format", "max_completion_tokens", "max_tokens", "temperature"].find(
        (name) => body[name] !== undefined,
      );
      return field
        ? openAiError(400, `Unknown parameter: '${field}'`)
        : completion({ content: '{"ok":true}' });
    });
    expect(await open({ temperature: 0.2 }).ask(request)).toMatchObject({ kind: "json" });
    expect(Object.keys(service.bodies().at(-1) ?? {})).toEqual(["model", "messages"]);
  });

  it("is not let go when the operator has set it", async () => {
    service.willReply(openAiError(400, "response_format is not supported"));
    expect(await failureOf(open({ schemaMode: "openai" }))).toMatchObject({ code: "llm.rejected_request" });
    expect(service.requests).toHaveLength(1);
  });

  it("is not remembered when nothing else worked either", async () => {
    service.willReply(openAiError(400, "response_format is not supported"), { status: 500, body: "" });
    const llm = open();
    await failureOf(llm);
    await llm.ask(request);
    expect(modes()).toEqual(["json_schema", "json_object", "json_schema"]);
  });

  it.each<[string, SandboxReply, model?: string]>([
    [
      "a wrong model",
      openAiError(404, "The model `model-latest` does not exist", { code: "model_not_found" }),
    ],
    [
      "a wrong model with a strict name",
      openAiError(404, "strict-json_schema-7b is not served here"),
      "strict-json_schema-7b",
    ],
    ["an input that is too long", openAiError(400, "Input is too long", { code: "context_length_exceeded" })],
    ["something else", openAiError(400, "Invalid value for 'messages'")],
    ["a refused key", openAiError(401, "Invalid response_format of the key")],
  ])("is not confused with %s", async (_what, refusal, model) => {
    service.willReply(refusal);
    await failureOf(open({ model: model ?? "model-latest" }));
    expect(service.requests).toHaveLength(1);
  });

  it("is told the schema in the prompt from the second call on when it takes a strict one and ignores it", async () => {
    service.willReply(
      completion({ content: '```json\n{"score": 5}\n```' }),
      completion({ content: '{"ok":true}' }),
    );
    const llm = open();
    expect(await llm.ask(request)).toMatchObject({ kind: "json", value: { score: 5 } });
    expect(await llm.ask(request)).toMatchObject({ kind: "json", value: { ok: true } });
    expect(modes()).toEqual(["json_schema", "json_object"]);
  });
});

describe("when prompt and limit together are over the context", () => {
  const over = openAiError(
    400,
    "This model's maximum context length is 16384 tokens. However, you requested 17000 tokens (9000 in the messages, 8000 in the completion).",
    { code: "context_length_exceeded" },
  );

  it("asks without a limit, this time only", async () => {
    service.willReply(over);
    const llm = open();
    expect(await llm.ask(request)).toMatchObject({ kind: "json" });
    await llm.ask(request);
    expect(service.bodies().map((body) => body.max_completion_tokens)).toEqual([8000, undefined, 8000]);
  });

  it("says that the conversation is too long when it is so without a limit as well", async () => {
    service.willReply(over, over);
    expect(await failureOf()).toMatchObject({ name: "PermanentError", code: "llm.input_too_long" });
    expect(service.requests).toHaveLength(2);
  });
});
