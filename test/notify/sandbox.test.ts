import { afterEach, beforeEach, expect, it } from "vitest";
import { startTelegramSandbox, type TelegramSandbox } from "../../local/sandbox/telegram.ts";

let sandbox: TelegramSandbox;
beforeEach(async () => {
  sandbox = await startTelegramSandbox({ token: "1:token" });
});
afterEach(() => sandbox.close());

const call = async (method: string, body: FormData | object, token = "1:token") => {
  const response = await fetch(`${sandbox.url}/bot${token}/${method}`, {
    method: "POST",
    ...(body instanceof FormData
      ? { body }
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return { status: response.status, body: await response.json() };
};
const html = (text: string) => call("sendMessage", { chat_id: 7, text, parse_mode: "HTML" });

it("keeps a message as it was sent and as it is read", async () => {
  const answer = await html("<b>Анна &amp; Co</b> &#128512;");
  expect(answer.body).toMatchObject({ ok: true, result: { message_id: 1, chat: { id: 7 } } });
  expect(sandbox.messages).toEqual([
    {
      messageId: "1",
      chatId: "7",
      text: "<b>Анна &amp; Co</b> &#128512;",
      parseMode: "HTML",
      plain: "Анна & Co 😀",
    },
  ]);
});

it.each([
  ["an unknown tag", "<script>x</script>"],
  ["an unclosed tag", "<b>x"],
  ["crossed tags", "<b><i>x</b></i>"],
  ["a tag that closes nothing", "x</b>"],
  ["a bare bracket", "1 < 2"],
])("refuses %s as Telegram does", async (_what, text) => {
  expect(await html(text)).toMatchObject({
    status: 400,
    body: { ok: false, error_code: 400, description: expect.stringContaining("can't parse entities") },
  });
  expect(sandbox.messages).toEqual([]);
});

it("takes the same text when it is not called HTML", async () => {
  await call("sendMessage", { chat_id: 7, text: "1 < 2 &amp;" });
  expect(sandbox.messages).toMatchObject([{ plain: "1 < 2 &amp;", parseMode: null }]);
});

it("counts the length after the entities", async () => {
  expect((await html(`<b>${"&lt;".repeat(4096)}</b>`)).status).toBe(200);
  expect(await html("a".repeat(4097))).toMatchObject({
    status: 400,
    body: { description: "Bad Request: message is too long" },
  });
});

it("refuses an empty text", async () => {
  expect(await html("<b> </b>")).toMatchObject({
    status: 400,
    body: { description: "Bad Request: message text is empty" },
  });
});

it("knows its own token only", async () => {
  expect((await call("getMe", {})).body).toMatchObject({ ok: true, result: { is_bot: true } });
  expect(await call("getMe", {}, "1:other")).toMatchObject({ status: 404, body: { ok: false } });
});

it("takes documents", async () => {
  const form = new FormData();
  form.set("chat_id", "@our_calls");
  form.set("caption", "<i>Сводка</i>");
  form.set("parse_mode", "HTML");
  form.set("document", new Blob(["%PDF-"]), "сводка.pdf");
  expect((await call("sendDocument", form)).status).toBe(200);
  expect(sandbox.files).toMatchObject([
    { chatId: "@our_calls", kind: "document", fileName: "сводка.pdf", caption: "Сводка" },
  ]);
  expect(sandbox.files[0]?.content.toString()).toBe("%PDF-");
});

it("refuses what is no picture, data that does not fit a button, and groups of one or of several kinds", async () => {
  const form = new FormData();
  form.set("chat_id", "7");
  form.set("photo", new Blob(["<svg/>"]), "a.svg");
  expect(await call("sendPhoto", form)).toMatchObject({
    status: 400,
    body: { description: "Bad Request: IMAGE_PROCESS_FAILED" },
  });
  const keyboard = (data: string) => ({
    chat_id: 7,
    text: "а",
    reply_markup: { inline_keyboard: [[{ text: "б", callback_data: data }]] },
  });
  expect((await call("sendMessage", keyboard("я".repeat(32)))).status).toBe(200);
  expect(await call("sendMessage", keyboard("я".repeat(33)))).toMatchObject({
    status: 400,
    body: { description: "Bad Request: BUTTON_DATA_INVALID" },
  });
  const group = (...types: string[]) => ({
    chat_id: 7,
    media: types.map((type) => ({ type, media: "attach://a" })),
  });
  for (const media of [group("photo"), group("photo", "document")])
    expect((await call("sendMediaGroup", media)).status).toBe(400);
});

it("answers for chats that have moved and people who have blocked the bot", async () => {
  sandbox.movedTo.set("-7", "-1007");
  sandbox.blockedBy.add("8");
  expect(await call("sendMessage", { chat_id: -7, text: "а" })).toMatchObject({
    status: 400,
    body: { parameters: { migrate_to_chat_id: -1007 } },
  });
  expect(await call("sendMessage", { chat_id: 8, text: "а" })).toMatchObject({ status: 403 });
  expect(sandbox.messages).toEqual([]);
});
