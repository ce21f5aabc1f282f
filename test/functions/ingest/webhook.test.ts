import { describe, expect, it } from "vitest";
import type { CallEndedNotice } from "../../../core/ports/crm.ts";
import type { HttpRequest } from "../../../functions/http.ts";
import { receiveWebhook, type WebhookPorts } from "../../../functions/ingest/webhook.ts";
import { memoryCrmWebhook } from "../../fakes/crm.ts";
import { makeWorld, type World } from "../world.ts";

const NATIVE_ID = "ABCD1234.1790000000.555";

function setUp(world: World = makeWorld(), secret: string | undefined = "token-of-the-portal") {
  const ports: WebhookPorts = { ...world, webhook: memoryCrmWebhook({ secret }), tenant: "default" };
  return { world, ports };
}

function post(body: object | string, request: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: "POST",
    path: "/webhooks/bitrix24",
    contentType: "application/json",
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    ...request,
  };
}

function ended(notice: Partial<CallEndedNotice> = {}) {
  return {
    secret: "token-of-the-portal",
    event: "call-ended",
    notice: { nativeId: NATIVE_ID, startedAt: "2026-11-20T12:00:00+03:00", ...notice },
  };
}

describe("the webhook", () => {
  it("answers 200 after the call is on the queue [webhook:queued-before-200]", async () => {
    const { world, ports } = setUp();
    expect(await receiveWebhook(post(ended({ durationSec: 61, agentId: "11" })), ports)).toEqual({
      status: 200,
      body: "",
    });
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]?.queue).toBe("ingest");
    expect(world.sent[0]?.event).toMatchObject({
      type: "call.ended",
      id: `call.ended:20261120-bitrix24-${NATIVE_ID}`,
      subject: `20261120-bitrix24-${NATIVE_ID}`,
      tenant: "default",
      time: "2026-11-20T10:00:00.000Z",
      data: { source: "bitrix24", nativeId: NATIVE_ID, durationSec: 61, agentId: "11" },
    });
  });

  it("gives a notice that comes twice the same id", async () => {
    const { world, ports } = setUp();
    await receiveWebhook(post(ended()), ports);
    world.clock.advance(3600);
    await receiveWebhook(post(ended()), ports);
    const [first, second] = world.sent.map(({ event }) => event.id);
    expect(second).toBe(first);
  });

  it("throws when the queue cannot take the call, so that no 200 is answered", async () => {
    const { ports } = setUp();
    const queue = { send: () => Promise.reject(new Error("the disk is full")) };
    await expect(receiveWebhook(post(ended()), { ...ports, queue })).rejects.toThrow("the disk is full");
  });

  it.each([
    ["a wrong token", post({ ...ended(), secret: "forged" })],
    ["no token", post({ event: "call-ended", notice: { nativeId: NATIVE_ID } })],
    ["a foreign tenant", post(ended(), { path: "/webhooks/bitrix24/somebody-else" })],
    ["a forged notice of another event", post({ secret: "forged", event: "deal-won" })],
  ])("refuses %s with 401, and nothing of it reaches a queue [webhook:forged]", async (_what, request) => {
    const { world, ports } = setUp();
    expect(await receiveWebhook(request, ports)).toMatchObject({ status: 401 });
    expect(world.sent).toEqual([]);
  });

  it("refuses every request while no token is configured [webhook:no-token-configured]", async () => {
    const world = makeWorld();
    const ports = { ...world, webhook: memoryCrmWebhook({ secret: undefined }), tenant: "default" };
    for (const body of [ended(), { ...ended(), secret: "" }, "", { event: "call-ended" }]) {
      expect(await receiveWebhook(post(body), ports)).toMatchObject({ status: 401 });
    }
    expect(world.sent).toEqual([]);
  });

  it.each([
    ["garbage", post("%%%")],
    ["nothing", post("")],
    ["a notice without a call", post({ secret: "token-of-the-portal", event: "call-ended", notice: {} })],
  ])("answers 400 to %s", async (_what, request) => {
    const { world, ports } = setUp();
    expect(await receiveWebhook(request, ports)).toMatchObject({ status: 400 });
    expect(world.sent).toEqual([]);
  });

  it.each(["GET", "PUT", "HEAD", "OPTIONS"])("answers 405 to %s", async (method) => {
    const { world, ports } = setUp();
    expect(await receiveWebhook(post(ended(), { method }), ports)).toMatchObject({ status: 405 });
    expect(world.sent).toEqual([]);
  });

  it("answers 413 to a body that no notice can have, without reading it", async () => {
    const { world, ports } = setUp();
    const webhook = {
      read: () => {
        throw new Error("was read");
      },
    };
    const request = post("x".repeat(256 * 1024 + 1));
    expect(await receiveWebhook(request, { ...ports, webhook })).toMatchObject({ status: 413 });
    expect(world.sent).toEqual([]);
  });

  it("answers 200 and nothing else to an event that it does not handle", async () => {
    const { world, ports } = setUp();
    const request = post({ secret: "token-of-the-portal", event: "lead-added" });
    expect(await receiveWebhook(request, ports)).toEqual({ status: 200, body: "" });
    expect(world.sent).toEqual([]);
  });

  it.each(["/webhooks/bitrix24/default", "/webhooks/bitrix24/", "/webhooks/bitrix24/default/"])(
    "takes the company's own path %s",
    async (path) => {
      const { world, ports } = setUp();
      expect(await receiveWebhook(post(ended(), { path }), ports)).toMatchObject({ status: 200 });
      expect(world.sent[0]?.event.tenant).toBe("default");
    },
  );
});

describe("the day in a call's id", () => {
  const idOf = async (notice: Partial<CallEndedNotice>, timeZone = "Europe/Moscow") => {
    const { world, ports } = setUp(makeWorld({ settings: { timeZone } }));
    await receiveWebhook(post(ended(notice)), ports);
    return world.sent[0]?.event.subject.slice(0, 8);
  };

  it("is that of the call's start in the company's time zone, not of the notice", async () => {
    expect(await idOf({ startedAt: "2026-11-19T23:59:00+03:00" })).toBe("20261119");
    expect(await idOf({ startedAt: "2026-11-19T23:59:00+03:00" }, "Asia/Vladivostok")).toBe("20261120");
    expect(await idOf({ startedAt: "2026-11-19T21:00:00Z" })).toBe("20261120");
  });

  it("is that of the sending when the notice does not say when the call began", async () => {
    expect(await idOf({ startedAt: null, sentAt: "2026-11-18T10:00:00Z" })).toBe("20261118");
    expect(await idOf({ startedAt: null, sentAt: null })).toBe("20261120");
  });
});
