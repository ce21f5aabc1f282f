import fc from "fast-check";
import { expect, it } from "vitest";
import { openAiCompatible } from "../../adapters/llm/openai-compatible.ts";
import { setClock } from "../../core/clock.ts";
import { isOwnError } from "../../core/errors.ts";
import { assertNamed } from "./errors.ts";
import { reply } from "./model-answer-examples.ts";
import { bytesOf, nearValidText, spoiltText } from "./near-valid-text.ts";
import { cases, endsReached, timeoutMs } from "./runs.ts";

const httpReply = fc.record({
  status: fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 301, 400, 401, 402, 403, 404, 413, 422, 429, 500, 502, 503, 529, 599),
  ),
  type: fc.constantFrom("application/json", "text/html", "text/event-stream", ""),
  retryAfter: fc.constantFrom(
    "",
    "5",
    "-1",
    "1e400",
    "Fri, 20 Nov 2026 12:00:00 GMT",
    "завтра",
    "9".repeat(30),
  ),
  body: bytesOf(
    fc.oneof(
      reply.map((one) => JSON.stringify(one)),
      spoiltText(reply.map((one) => JSON.stringify(one))),
      nearValidText(
        [
          {
            error: {
              message: "Rate limit reached",
              type: "requests",
              code: "rate_limit_exceeded",
              param: null,
            },
          },
          { error: { message: "Upstream error", code: 502, metadata: { raw: "…" } } },
          { status: 404, message: "No such model" },
          { detail: [{ loc: ["body", "response_format"], msg: "extra fields not permitted" }] },
        ],
        [
          "context_length_exceeded",
          "max_tokens",
          "response_format",
          "temperature",
          "429",
          "402",
          "content_filter",
        ],
      ),
    ),
  ),
});

it(
  "whatever a model's service replies is an answer or an error with a name",
  async () => {
    const { reach, missing } = endsReached();
    const request = {
      instructions: "Суди по чек-листу.",
      input: "РАЗГОВОР",
      schema: { name: "call_score", json: { type: "object", required: ["verdicts"] } },
    };
    await fc.assert(
      fc.asyncProperty(httpReply, async ({ status, type, retryAfter, body }) => {
        const llm = openAiCompatible({
          baseUrl: "https://llm.example/v1",
          apiKey: "sk-secret-key-of-tests",
          model: "model-latest",
          clock: setClock("2026-11-20T12:00:00Z"),
          fetch: async () =>
            new Response(new Uint8Array(body), {
              status,
              headers: { "content-type": type, "retry-after": encodeURIComponent(retryAfter) },
            }),
        });
        const answer = await llm.ask(request).catch((error: unknown) => {
          assertNamed(error);
          if (!isOwnError(error)) throw error;
          expect(error.message).not.toMatch(/sk-secret|РАЗГОВОР|Рыба/);
          if ("afterSec" in error) {
            expect(error.afterSec).toBeGreaterThanOrEqual(0);
            expect(error.afterSec).toBeLessThanOrEqual(86_400);
          }
          reach(error.name);
        });
        if (answer) reach(answer.kind);
      }),
      cases,
    );
    expect(missing("json", "unreadable", "VendorError", "ConfigurationError")).toEqual([]);
  },
  timeoutMs,
);
