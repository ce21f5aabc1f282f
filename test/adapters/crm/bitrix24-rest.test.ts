import { afterEach, describe, expect, test } from "vitest";
import { bitrix24Rest, USER_AGENT } from "../../../adapters/crm/bitrix24-rest.ts";
import { setClock } from "../../../core/clock.ts";
import { ConfigurationError, isOwnError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import { QUERY_LIMIT_EXCEEDED, startBitrix24Sandbox } from "../../../local/sandbox/bitrix24.ts";
import { type SandboxReply, type SandboxServer, serveSandbox } from "../../../local/sandbox/server.ts";
import packageJson from "../../../package.json" with { type: "json" };

const SECRET = "s3cretInThePath";
const NOW = new Date("2026-11-20T10:00:00Z");
const open: SandboxServer[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

async function portal(...replies: SandboxReply[]) {
  const server = await serveSandbox(() => replies.shift() ?? { body: { result: [] } });
  open.push(server);
  const clock = setClock(NOW);
  return { server, clock, rest: bitrix24Rest({ webhookUrl: `${server.url}/rest/1/${SECRET}/`, clock }) };
}

async function failureOf(...replies: SandboxReply[]): Promise<Error & { code: string }> {
  const { rest } = await portal(...replies);
  for (const _ of replies.slice(1)) await rest.call("voximplant.statistic.get", {});
  return failure(rest.call("voximplant.statistic.get", {}));
}

/** The error, after checking that it is one of ours and gives nothing away. */
async function failure(promise: Promise<unknown>): Promise<Error & { code: string }> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isOwnError(error)) throw new Error("not one of our errors", { cause: error });
  expect(error.message).not.toContain(SECRET);
  expect(error.message).not.toMatch(/rest\/|79990000001/);
  return error;
}

const refuse = (status: number, error: unknown, more: object = {}): SandboxReply => ({
  status,
  body: { error, error_description: "about <b>+79990000001</b>", ...more },
});

test("a request is a JSON POST with a name of its own", async () => {
  const { rest, server } = await portal();
  await rest.call("user.get", { ID: "42" });
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({ method: "POST", path: `/rest/1/${SECRET}/user.get.json` });
  expect(server.requests[0]?.headers).toMatchObject({
    "content-type": "application/json",
    "user-agent": USER_AGENT,
  });
  expect(JSON.parse(String(server.requests[0]?.body))).toEqual({ ID: "42" });
});

test("the user agent names the version of the product", () => {
  expect(USER_AGENT).toContain(`CallQualityAnalyst/${packageJson.version} `);
});

describe("what passes by itself", () => {
  test("is a rate limit, with a jitter while the portal names no time", async () => {
    const error = await failureOf(QUERY_LIMIT_EXCEEDED);
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(error).toMatchObject({ code: "crm.paced" });
    expect((error as RetryLaterError).afterSec).toBeGreaterThanOrEqual(2);
    expect((error as RetryLaterError).afterSec).toBeLessThanOrEqual(10);
  });

  test.each([
    ["17", 17],
    ["Fri, 20 Nov 2026 10:00:30 GMT", 30],
  ])("is a rate limit that names its time as %j", async (header, afterSec) => {
    const error = await failureOf({
      ...refuse(503, "QUERY_LIMIT_EXCEEDED"),
      headers: { "retry-after": header },
    });
    expect(error).toMatchObject({ name: "RetryLaterError", afterSec });
  });

  const nowSec = NOW.getTime() / 1000;
  const success = (operating_reset_at: unknown) => ({
    body: { result: [], time: { operating: 400, operating_reset_at } },
  });
  const spent = refuse(429, "OPERATION_TIME_LIMIT");
  test.each<[string, number, SandboxReply[]]>([
    ["the time block of the last answer", 321, [success(nowSec + 321), spent]],
    ["a date in the time block", 90, [success("2026-11-20T13:01:30+03:00"), spent]],
    [
      "its own time block",
      55,
      [
        success(nowSec + 321),
        refuse(429, "OPERATION_TIME_LIMIT", { time: { operating_reset_at: nowSec + 55 } }),
      ],
    ],
    ["nothing", 600, [spent]],
    ["a time that has passed", 600, [success(nowSec - 5), spent]],
    ["a broken time block", 600, [success({}), spent]],
  ])("is a spent time allowance, by %s", async (_, afterSec, replies) => {
    expect(await failureOf(...replies)).toMatchObject({
      name: "RetryLaterError",
      code: "crm.rate_limited",
      afterSec,
    });
  });

  test.each<[string, string, SandboxReply]>([
    ["an error of the portal", "crm.failed", refuse(500, "INTERNAL_SERVER_ERROR")],
    ["an error with status 200", "crm.failed", refuse(200, "ERROR_UNEXPECTED_ANSWER")],
    ["an error with an empty code", "crm.failed", refuse(400, "")],
    ["an error with a number for a code", "crm.failed", refuse(400, 0)],
    ["an error with an object for a code", "crm.failed", refuse(400, { code: "X" })],
    [
      "an error with text about a client for a code",
      "crm.failed",
      refuse(400, "Call +79990000001 not found"),
    ],
    ["a gateway's HTML", "crm.failed", { status: 502, body: "<html>502 Bad Gateway</html>" }],
    ["a maintenance page with 503", "crm.failed", { status: 503, body: "<html>Service Unavailable</html>" }],
    ["a login page with 200", "crm.unreadable_reply", { body: "<!DOCTYPE html><title>Авторизация</title>" }],
    ["JSON that was cut", "crm.unreadable_reply", { body: '{"result":[{"ID":"512","CALL_ID":"AB' }],
    ["JSON that is no object", "crm.unreadable_reply", { body: "null" }],
    ["nothing", "crm.unreadable_reply", { body: "" }],
    ["no result", "crm.unreadable_reply", { body: { time: {} } }],
  ])("is %s", async (_, code, reply) => {
    const error = await failureOf(reply);
    expect(error).toBeInstanceOf(VendorError);
    expect(error.code).toBe(code);
  });

  test.each(["reset", "lost-answer"] as const)("is a connection that was cut (%s)", async (fault) => {
    const { rest, server } = await portal();
    server.fail("/rest/", fault);
    expect(await failure(rest.call("user.get", {}))).toMatchObject({
      name: "VendorError",
      code: "crm.unreachable",
    });
    expect(server.requests).toHaveLength(1);
  });

  test("is a portal that nobody listens for", async () => {
    const { rest, server } = await portal();
    await server.close();
    const error = await failure(rest.call("user.get", {}));
    expect(error).toMatchObject({ name: "VendorError", code: "crm.unreachable" });
    expect(error.message).toContain("ECONNREFUSED");
  });

  test("is a portal that does not answer in time", async () => {
    const fetch = (_: unknown, { signal }: RequestInit) =>
      Promise.reject(signal && new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    const rest = bitrix24Rest({
      webhookUrl: `https://demo.bitrix24.ru/rest/1/${SECRET}/`,
      fetch: fetch as typeof globalThis.fetch,
    });
    expect((await failure(rest.call("user.get", {}))).message).toBe(
      "Bitrix24 could not be reached: timed out",
    );
  });
});

describe("what the operator has to mend", () => {
  test.each<[string, SandboxReply, string]>([
    ["crm.blocked", refuse(503, "OVERLOAD_LIMIT"), "support"],
    ["crm.unauthorized", refuse(401, "NO_AUTH_FOUND"), "deleted"],
    ["crm.unauthorized", refuse(401, "expired_token"), "expired"],
    ["crm.unauthorized", refuse(401, "invalid_token"), "mistyped"],
    ["crm.unauthorized", refuse(401, "INVALID_CREDENTIALS"), "mistyped"],
    ["crm.unauthorized", refuse(403, "INVALID_CREDENTIALS"), "mistyped"],
    ["crm.unauthorized", { status: 401, body: "<html>" }, "mistyped"],
    ["crm.insufficient_scope", refuse(403, "insufficient_scope"), 'tick "telephony"'],
    ["crm.insufficient_scope", refuse(404, "ERROR_METHOD_NOT_FOUND"), 'tick "telephony"'],
    ["crm.forbidden", refuse(403, "ACCESS_DENIED"), "plan"],
    ["crm.forbidden", refuse(403, "user_access_error"), "right"],
    ["crm.forbidden", { status: 403, body: "<html>" }, "right"],
    ["crm.payment_required", refuse(402, "PAYMENT_REQUIRED"), "renew"],
    ["crm.payment_required", refuse(500, "PORTAL_DELETED"), "renew"],
    ["crm.payment_required", { status: 402, body: "" }, "renew"],
    ["crm.not_found", { status: 404, body: "<html>404 Not Found</html>" }, "check the address"],
  ])("is %s for %j", async (code, reply, advice) => {
    const error = await failureOf(reply);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.code).toBe(code);
    expect(error.message).toContain("BITRIX24_WEBHOOK_URL");
    expect(error.message).toContain(advice);
  });

  test.each([
    ["user.get", "user_basic"],
    ["department.get", "department"],
    ["disk.file.get", "disk"],
    ["voximplant.statistic.get", "telephony"],
  ])("is named for %s as the right %s", async (method, scope) => {
    const sandbox = await startBitrix24Sandbox({ scopes: [] });
    open.push(sandbox);
    const error = await failure(bitrix24Rest({ webhookUrl: sandbox.webhookUrl }).call(method, {}));
    expect(error.message).toContain(`tick "${scope}"`);
  });
});
