import OpenAI from "openai";
import { readBoundedText } from "../../core/bounded-text.ts";
import { sha256 } from "../../core/call.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { ConfigurationError, VendorError } from "../../core/errors.ts";
import type { Llm } from "../../core/ports/llm.ts";
import { retryAfterSec } from "../../core/retry-after.ts";
import { isLoopbackHost } from "../../core/url-gate.ts";
import {
  type Dialect,
  firstDialect,
  type LimitField,
  nextDialect,
  requestBody,
  type SchemaMode,
  withoutSchemaMode,
} from "./openai-compatible-dialect.ts";
import {
  faultKind,
  faultWords,
  ownError,
  type ServiceFault,
  type VariablesPrefix,
} from "./openai-compatible-fault.ts";
import { noUsage, readReply, unreadableReply } from "./openai-compatible-reply.ts";

export interface OpenAiCompatibleOptions {
  /** With the version, without the method: `https://api.openai.com/v1`. Plain http for this machine only. */
  baseUrl: string;
  apiKey: string;
  model: string;
  /** Which variables an error names; left out: `LLM_BASE_URL` and its like. */
  variables?: VariablesPrefix | undefined;
  /** Set, it is kept to; unset, the service's refusals are followed: see {@link openAiCompatible}. */
  schemaMode?: SchemaMode | undefined;
  maxTokensField?: LimitField | undefined;
  /** For the answer, hidden reasoning included. */
  maxTokens?: number | undefined;
  /** Unset, it is not sent: some reasoning models refuse every value. */
  temperature?: number | undefined;
  extraHeaders?: Record<string, string> | undefined;
  /** Goes into every request as it is, over what the driver says. */
  extraBody?: Record<string, unknown> | undefined;
  timeoutSec?: number | undefined;
  fetch?: typeof fetch | undefined;
  clock?: Clock | undefined;
}

const MAX_REPLY_BYTES = 8 * 1024 * 1024;

/**
 * Any service that speaks OpenAI's chat completions.
 *
 * Services differ in what they refuse, so the driver starts with the strictest request and lets go of what the service
 * itself names: a strict schema → any JSON with the schema in the prompt → plain text; `max_completion_tokens` →
 * `max_tokens` → no limit; a temperature. A refused request is not answered and not paid for, and what worked is
 * remembered, so the search happens once. One answer is asked for, never a second.
 */
export function openAiCompatible(options: OpenAiCompatibleOptions): Llm {
  const { model, variables = "LLM", maxTokens = 8000, timeoutSec = 120, clock = systemClock } = options;
  const baseUrl = checkedBaseUrl(options.baseUrl, variables);
  const apiKey = checkedKey(options.apiKey, variables);
  let known = firstDialect(options);
  let client: OpenAI | undefined;

  /** The reply's body, or why there is none. */
  async function post(
    body: Record<string, unknown>,
    key: string | undefined,
  ): Promise<{ body: unknown } | { fault: ServiceFault }> {
    client ??= new OpenAI({
      baseURL: baseUrl,
      apiKey,
      maxRetries: 0,
      timeout: timeoutSec * 1000,
      defaultHeaders: options.extraHeaders ?? {},
      fetch: (url, init) => fetchWithWholeErrors(options.fetch ?? fetch, url, init),
      // Its debug log prints prompts, and a variable of the environment would turn it on.
      logLevel: "off",
      // Else these are read from the environment, and may belong to another service.
      adminAPIKey: null,
      organization: null,
      project: yandexFolder(model),
    });
    // The client's own timeout ends with the headers; the signal holds for the body as well.
    const signal = AbortSignal.timeout(timeoutSec * 1000);
    try {
      return {
        body: await client.post<unknown>("/chat/completions", {
          body,
          signal,
          headers: idempotency(key, body),
        }),
      };
    } catch (error) {
      // Whatever it is, its message can quote the prompt, the reply or the key: it ends here.
      if (error instanceof OpenAI.APIError && typeof error.status === "number")
        return { fault: faultOf(error.status, error.error, error.headers) };
      if (signal.aborted || error instanceof OpenAI.APIConnectionTimeoutError)
        throw new VendorError("llm.timeout", `the model gave no answer within ${timeoutSec} s`);
      if (error instanceof SyntaxError || isUnreadable(error)) throw unreadableReply();
      throw new VendorError("llm.unreachable", "the connection to the model's service failed");
    }
  }

  function faultOf(status: number, body: unknown, headers?: Headers): ServiceFault {
    const milliseconds = headers?.get("retry-after-ms");
    const header = milliseconds ? String(Number(milliseconds) / 1000) : (headers?.get("retry-after") ?? null);
    return {
      status,
      words: faultWords(body, model),
      retryAfterSec: retryAfterSec(header, clock.now(), 30),
    };
  }

  return {
    async ask(request) {
      const requiredKeys = requiredKeysOf(request.schema.json);
      let dialect = known;
      for (;;) {
        const body = { ...requestBody(request, dialect, { model, maxTokens }), ...options.extraBody };
        const posted = await post(body, request.key);
        const reply = "fault" in posted ? undefined : readReply(asJson(posted.body), { model, requiredKeys });
        if (reply?.kind === "answer") {
          known = remembered(dialect, reply.followsSchema);
          return reply.answer;
        }
        const fault = "fault" in posted ? posted.fault : faultOf(statusInside(reply?.error), reply?.error);
        const kind = faultKind(fault);
        if (kind === "filtered") return { kind: "refused", usage: noUsage(model) };
        const next = nextDialect(dialect, fault);
        if (!next) throw ownError(kind, fault, variables);
        dialect = next;
      }
    },
  };
}

/**
 * What the next request starts with. A strict schema cannot be broken, so an answer that breaks it comes from a service
 * that takes `response_format` and ignores it; such a service is told the schema in the prompt from now on.
 */
function remembered(dialect: Dialect, followsSchema: boolean): Dialect {
  const lasting = { ...dialect, unlimitedOnce: false };
  const isStrict = dialect.schemaModes[0] !== "json_object" && dialect.schemaModes[0] !== "none";
  return followsSchema || !isStrict ? lasting : (withoutSchemaMode(lasting) ?? lasting);
}

/**
 * The client keeps only what stands under `error` of a failure, and many services put their words elsewhere; here the whole
 * body is put under `error`. It would also read an answer without an end until the memory is full. Redirects are not followed: they would carry the conversation to a host that nobody chose.
 */
async function fetchWithWholeErrors(
  send: typeof fetch,
  url: Parameters<typeof fetch>[0],
  init?: RequestInit,
): Promise<Response> {
  const response = await send(url, { ...init, redirect: "manual" });
  const { ok, status } = response;
  const headers = new Headers();
  for (const name of ["retry-after", "retry-after-ms", ...(ok ? ["content-type"] : [])]) {
    const value = response.headers.get(name);
    if (value) headers.set(name, value);
  }
  const text = await readBoundedText(response, MAX_REPLY_BYTES);
  if (text === undefined) throw unreadableReply();
  return new Response(ok ? response.body && text : JSON.stringify({ error: asJson(text) }), {
    status,
    headers,
  });
}

/** The client wraps what its fetch throws. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof VendorError;
}

/** Servers that forget the media type make the client give back text. */
function asJson(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** The status that an error inside a 200 stands for; one that does not say counts as a failure that passes. */
function statusInside(error: unknown): number {
  const { code, httpCode, status } = (typeof error === "object" && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  const given = [code, httpCode, status].map(Number).find((value) => value >= 400 && value < 600);
  return given ?? (/rate.?limit|too many requests/.test(faultWords(error, "")) ? 429 : 502);
}

/**
 * A gateway of one's own that heeds this header does not pay twice for an answer that was lost on its way; services ignore it like any
 * header that they do not know. Another body under the same key would be an error there, so the body goes into it.
 */
function idempotency(key: string | undefined, body: Record<string, unknown>): Record<string, string> {
  return key === undefined ? {} : { "idempotency-key": sha256(`${key} ${JSON.stringify(body)}`) };
}

function requiredKeysOf(schema: Record<string, unknown>): string[] {
  return Array.isArray(schema.required) ? schema.required.filter((key) => typeof key === "string") : [];
}

/** Yandex AI Studio wants the folder of `gpt://<folder>/<model>` in the header `OpenAI-Project` (its docs, "OpenAI compatibility"). */
function yandexFolder(model: string): string | null {
  return /^gpt:\/\/([\w-]+)\//.exec(model)?.[1] ?? null;
}

function checkedBaseUrl(baseUrl: string, variables: VariablesPrefix): string {
  const url = URL.parse(baseUrl);
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopbackHost(url.hostname))))
    throw new ConfigurationError(
      "llm.wrong_address",
      `${variables}_BASE_URL must be an https:// address like https://api.openai.com/v1 (http:// only for this machine), without a key or a query in it`,
    );
  // People copy the address of the method out of examples.
  return url.href.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
}

function checkedKey(apiKey: string, variables: VariablesPrefix): string {
  // A header takes nothing else, and the error of the header would quote the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new ConfigurationError(
      "llm.unauthorized",
      `${variables}_API_KEY is empty or has blanks or letters that are not Latin in it: copy it again (a local server without keys takes any word)`,
    );
  return apiKey;
}
