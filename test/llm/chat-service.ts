import type { OpenAiCompatibleOptions } from "../../adapters/llm/openai-compatible.ts";
import { setClock } from "../../core/clock.ts";
import type { LlmRequest } from "../../core/ports/llm.ts";
import { type SandboxReply, type SandboxServer, serveSandbox } from "../../local/sandbox/server.ts";

export const apiKey = "sk-secret-key-of-tests";

export const request: LlmRequest = {
  instructions: "Суди по чек-листу.",
  input: "СЕКРЕТНЫЙ РАЗГОВОР",
  schema: {
    name: "call_score",
    json: {
      type: "object",
      additionalProperties: false,
      required: ["ok"],
      properties: { ok: { type: "boolean" } },
    },
  },
};

export function settingsFor(service: ChatService): OpenAiCompatibleOptions {
  return {
    baseUrl: service.baseUrl,
    apiKey,
    model: "model-latest",
    clock: setClock("2026-11-20T12:00:00Z"),
  };
}

export interface ChatRequest {
  model: string;
  messages: { role: string; content: string }[];
  response_format?: { type: string; [name: string]: unknown };
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
  [name: string]: unknown;
}

export interface ChatService extends SandboxServer {
  /** With the version, as LLM_BASE_URL has it. */
  baseUrl: string;
  /** The next requests get these, one each; a function sees the request. Nothing left: a plain good answer. */
  willReply(...replies: (SandboxReply | ((request: ChatRequest) => SandboxReply))[]): void;
  /** Every reply from now on. */
  alwaysReplies(reply: (request: ChatRequest) => SandboxReply): void;
  bodies(): ChatRequest[];
}

/** A service of chat completions on a loopback port that says what it is told to. */
export async function startChatService(): Promise<ChatService> {
  const replies: (SandboxReply | ((request: ChatRequest) => SandboxReply))[] = [];
  let standing: (request: ChatRequest) => SandboxReply = () => completion({ content: '{"ok":true}' });
  const server = await serveSandbox((request) => {
    if (request.path !== "/v1/chat/completions") return { status: 404, body: "<html>not here</html>" };
    const body: ChatRequest = JSON.parse(request.body.toString("utf8"));
    const reply = replies.shift() ?? standing;
    return typeof reply === "function" ? reply(body) : reply;
  });
  return {
    ...server,
    baseUrl: `${server.url}/v1`,
    willReply: (...list) => void replies.push(...list),
    alwaysReplies: (reply) => {
      standing = reply;
    },
    bodies: () => server.requests.map(({ body }) => JSON.parse(body.toString("utf8"))),
  };
}

/** A chat completion in OpenAI's shape; what is given replaces what a healthy one has. */
export function completion(choice: {
  content?: unknown;
  refusal?: string | null;
  finish_reason?: string | null;
  usage?: unknown;
  [name: string]: unknown;
}): SandboxReply {
  const {
    content = null,
    refusal = null,
    finish_reason = "stop",
    usage = {
      prompt_tokens: 1830,
      completion_tokens: 410,
      total_tokens: 2240,
      prompt_tokens_details: { cached_tokens: 1024 },
    },
    ...rest
  } = choice;
  return {
    body: {
      id: "chatcmpl-1",
      object: "chat.completion",
      model: "model-2026-11",
      choices: [{ index: 0, message: { role: "assistant", content, refusal }, finish_reason, ...rest }],
      ...(usage === undefined ? {} : { usage }),
    },
  };
}

/** OpenAI's shape of a refused request. */
export function openAiError(
  status: number,
  message: string,
  { code = null, param = null }: { code?: string | null; param?: string | null } = {},
): SandboxReply {
  return { status, body: { error: { message, type: "invalid_request_error", param, code } } };
}
