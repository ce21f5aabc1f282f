import { describe, expect, it } from "vitest";
import { VendorError } from "../../../core/errors.ts";
import { receiveUpdate } from "../../../functions/bot/receive.ts";
import type { HttpRequest } from "../../../functions/http.ts";
import { botWorld, putRows, rowOf, SUPERVISOR } from "./bot-world.ts";

const update = (differs: object = {}) =>
  JSON.stringify({
    id: 5,
    kind: "text",
    chat: SUPERVISOR,
    person: SUPERVISOR,
    isPrivate: true,
    messageId: "1",
    repliesTo: null,
    text: "/help",
    ...differs,
  });

function post(body: string, secret: string | undefined = "the-secret"): HttpRequest {
  return {
    method: "POST",
    path: "/webhooks/telegram",
    contentType: "application/json",
    headers: { "x-telegram-bot-api-secret-token": secret },
    body: Buffer.from(body),
  };
}

describe("the bot's webhook", () => {
  it.each([["another-secret"], [""], [undefined]])(
    "refuses an update with the secret %o [bot:secret]",
    async (secret) => {
      const world = botWorld();
      const request = { ...post(update()), headers: { "x-telegram-bot-api-secret-token": secret } };
      expect((await receiveUpdate(request, world.ports)).status).toBe(401);
      expect(world.telegram.sent).toEqual([]);
    },
  );

  it("refuses everything while no secret is set [bot:secret]", async () => {
    const world = botWorld();
    const ports = { ...world.ports, secret: undefined };
    expect((await receiveUpdate(post(update(), ""), ports)).status).toBe(401);
    expect((await receiveUpdate({ ...post(update()), headers: {} }, ports)).status).toBe(401);
  });

  it("answers an update that comes twice once [bot:update-twice]", async () => {
    const world = botWorld();
    for (let times = 0; times < 3; times++)
      expect(await receiveUpdate(post(update()), world.ports)).toEqual({ status: 200, body: "" });
    await Promise.all([1, 2, 3].map(() => receiveUpdate(post(update({ id: 6 })), world.ports)));
    expect(world.telegram.sent).toHaveLength(2);
  });

  it.each(["", "null", "[]", "{", '{"id":"x"}', "\u0000", "x".repeat(2 * 1024 * 1024)])(
    "takes and forgets what cannot be read, for it would come again: %#",
    async (body) => {
      const world = botWorld();
      expect((await receiveUpdate(post(body), world.ports)).status).toBe(200);
      expect(world.telegram.sent).toEqual([]);
    },
  );

  it("tells the person when it has failed, and Telegram as well", async () => {
    const failing = new VendorError("store.failed", "the bucket is down");
    const world = botWorld({ index: (index) => ({ ...index, find: () => Promise.reject(failing) }) });
    await putRows(world, rowOf("2026-11-19", "rudnev", 1));
    const request = post(update({ text: "звонки вчера" }));
    await expect(receiveUpdate(request, world.ports)).rejects.toThrow(failing);
    expect(world.telegram.texts()).toEqual([expect.stringContaining("что-то сломалось с нашей стороны")]);
    expect((await receiveUpdate(request, world.ports)).status).toBe(200);
    expect(world.telegram.sent).toHaveLength(1);
  });
});
