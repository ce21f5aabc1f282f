import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grammyChat } from "../../../adapters/chat/grammy.ts";
import { grammyPolling } from "../../../adapters/chat/grammy-polling.ts";
import { ConfigurationError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import {
  refused,
  startTelegramSandbox,
  type TelegramSandbox,
  tooManyRequests,
} from "../../../local/sandbox/telegram.ts";

const token = "123:secret-token";
let sandbox: TelegramSandbox;
beforeEach(async () => {
  sandbox = await startTelegramSandbox({ token });
});
afterEach(() => sandbox.close());

const open = () => grammyChat({ token, apiRoot: sandbox.url });
const said = (text: string, differs: object = {}) =>
  JSON.stringify({
    update_id: 1,
    message: { message_id: 1, chat: { id: -5, type: "group" }, from: { id: 7 }, text, ...differs },
  });

describe("grammY's side of Telegram", () => {
  it.each([
    ["/digest@sandbox_bot вчера", "/digest вчера"],
    ["/digest@Sandbox_Bot", "/digest"],
    ["@sandbox_bot худшие звонки", "худшие звонки"],
    ["звонки @nick вчера", "звонки @nick вчера"],
  ])("reads «%s» in a group as «%s»", async (typed, text) => {
    expect(await open().read(said(typed))).toMatchObject({ text });
  });

  it("does not answer for another bot of the group", async () => {
    expect(await open().read(said("/digest@another_bot"))).toBeUndefined();
  });

  it("knows no person where somebody writes as a channel or a group", async () => {
    const read = await open().read(said("сводка", { sender_chat: { id: -5, type: "group" } }));
    expect(read).toMatchObject({ person: null, chat: "-5" });
  });

  it.each([
    ["an edit", { edited_message: { message_id: 1 } }],
    ["a channel's post", { channel_post: { message_id: 1, chat: { id: -1 }, text: "a" } }],
    ["a sticker", { message: { message_id: 1, chat: { id: 1 }, sticker: {} } }],
    [
      "a picture that is no sound",
      { message: { message_id: 1, chat: { id: 1 }, document: { file_id: "f", mime_type: "image/png" } } },
    ],
    ["a button without data", { callback_query: { id: "1", from: { id: 1 }, game_short_name: "g" } }],
  ])("reads nothing in %s", async (_what, update) => {
    expect(await open().read(JSON.stringify({ update_id: 1, ...update }))).toBeUndefined();
  });

  it.each([
    ["a name of sound", { file_name: "20261120-out.MP3", mime_type: "application/octet-stream" }, undefined],
    ["a type of sound", { mime_type: "audio/mpeg" }, undefined],
    ["neither, in answer to a request for a recording", {}, "r:20261120-3f9a1c2b7d04"],
  ])("reads a document with %s as sound", async (_what, file, asks) => {
    const keyboard = { inline_keyboard: [[{ text: "a", callback_data: asks }]] };
    const differs = {
      document: { file_id: "f", ...file },
      ...(asks ? { reply_to_message: { message_id: 2, reply_markup: keyboard } } : {}),
    };
    expect(await open().read(said("", differs))).toMatchObject({ kind: "audio", fileId: "f" });
  });

  it("reads anything without throwing", async () => {
    const chat = open();
    const part = fc.oneof(
      fc.jsonValue(),
      fc.record({ message_id: fc.jsonValue(), chat: fc.jsonValue(), text: fc.jsonValue() }),
    );
    const update = fc.record({
      update_id: fc.oneof(fc.integer(), fc.jsonValue()),
      message: part,
      callback_query: part,
    });
    await fc.assert(
      fc.asyncProperty(update, async (any) => {
        const read = await chat.read(JSON.stringify(any));
        if (read) expect(read.chat).toMatch(/^-?\d+$/);
      }),
    );
  });

  it("tells a pause, a wrong token and an outage apart, and shows the token in none", async () => {
    const edit = () => open().edit({ chat: "1", messageId: "1" }, { html: "a", buttons: [] });
    const failures = [
      [tooManyRequests(7), RetryLaterError],
      [refused(401, "Unauthorized"), ConfigurationError],
      [refused(500, "Internal"), VendorError],
      ["reset", VendorError],
      [{ body: "<html>" }, VendorError],
    ] as const;
    for (const [fault, kind] of failures) {
      sandbox.fail("editMessageText", fault);
      const error = await edit().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(kind);
      expect(JSON.stringify([String(error), error])).not.toContain("secret-token");
    }
  });

  it("takes no path out of Telegram's own folder, and follows no redirect with the token", async () => {
    for (const path of ["../../etc/passwd", "https://evil.example/x", "a/../b", "/etc/passwd", "a?b=c"]) {
      sandbox.fail("getFile", { body: { ok: true, result: { file_id: "f", file_path: path } } });
      await expect(open().fetchFile("f")).rejects.toThrow(VendorError);
    }
    sandbox.uploads.set("f", Buffer.from("a"));
    sandbox.fail("/file/", { status: 302, headers: { location: "http://127.0.0.1:1/stolen" } });
    await expect(open().fetchFile("f")).rejects.toThrow("the connection to Telegram failed");
  });

  it("asks for nothing over plain http but on this machine", () => {
    expect(() => grammyChat({ token, apiRoot: "http://telegram.example" })).toThrow(ConfigurationError);
    expect(() => grammyPolling({ token, apiRoot: "http://telegram.example" })).toThrow("TELEGRAM_API_ROOT");
  });

  it("lets go of an answer without an end", async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    });
    const polling = grammyPolling({ token, fetch: async () => new Response(endless) });
    await expect(polling.next(null, new AbortController().signal)).rejects.toThrow(VendorError);
  });
});
