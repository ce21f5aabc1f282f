import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TelegramOptions, telegram } from "../../../adapters/notify/telegram.ts";
import { setClock } from "../../../core/clock.ts";
import { ConfigurationError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import {
  refused,
  startTelegramSandbox,
  type TelegramSandbox,
  tooManyRequests,
} from "../../../local/sandbox/telegram.ts";
import { notifierConformance } from "../../notify/conformance.ts";

const token = "123456:AAsandbox-token_for_tests";
const chatId = "-1001234567890";
const pdf = {
  kind: "document" as const,
  bytes: Buffer.from("%PDF-"),
  name: "отчёт.pdf",
  mediaType: "application/pdf",
};
const picture = {
  kind: "photo" as const,
  bytes: Buffer.from("\x89PNG", "latin1"),
  name: "график.png",
  mediaType: "image/png",
};
const long = Array.from({ length: 3 }, (_, index) => `${index}`.repeat(3000));

let sandbox: TelegramSandbox;
beforeEach(async () => {
  sandbox = await startTelegramSandbox({ token });
});
afterEach(() => sandbox.close());

const open = (options: Partial<TelegramOptions> = {}) =>
  telegram({ token, chatId, apiRoot: sandbox.url, clock: setClock("2026-11-20T12:00:00Z"), ...options });

const failureOf = (blocks = ["привет"], options: Partial<TelegramOptions> = {}) =>
  open(options)
    .send({ blocks })
    .then(
      () => expect.unreachable("it was sent"),
      (error: unknown) => error,
    );

notifierConformance("Telegram", async () => {
  const own = await startTelegramSandbox({ token });
  return {
    notifier: telegram({ token, chatId, apiRoot: own.url }),
    messages: () =>
      own.messages.map((message) => ({
        text: message.plain,
        chat: message.chatId === chatId ? undefined : message.chatId,
        buttons: (message.buttons ?? []).map((row) =>
          row.map(({ text, url, callback_data: data = "" }) =>
            url === undefined ? { text, data } : { text, url },
          ),
        ),
        replyTo: message.replyTo,
      })),
    files: () =>
      own.files.map(({ kind, content, fileName: name, mediaType, caption }) => ({
        kind,
        bytes: content,
        name,
        mediaType,
        ...(caption === "" ? {} : { caption }),
      })),
    lose: (chat) => void own.blockedBy.add(chat),
    close: own.close,
  };
});

describe("what is sent", () => {
  it("is HTML without previews of links, to the chat as a number", async () => {
    await open().send({ blocks: ["<b>Сводка</b>"] });
    expect(JSON.parse(sandbox.requests[0]!.body.toString())).toEqual({
      chat_id: -1001234567890,
      text: "<b>Сводка</b>",
      parse_mode: "HTML",
      link_preview_options: { is_disabled: true },
    });
  });

  it("goes to a public channel by its name", async () => {
    await open({ chatId: "@our_calls" }).send({ blocks: ["а"] });
    expect(sandbox.messages[0]?.chatId).toBe("@our_calls");
  });
});

describe("files", () => {
  it("of a kind come as one group, pictures and documents in one each", async () => {
    await open().send({ blocks: [], files: [pdf, picture, pdf, picture] });
    expect(sandbox.requests.map(({ path }) => path.split("/").at(-1))).toEqual([
      "sendMediaGroup",
      "sendMediaGroup",
    ]);
    expect(sandbox.files.map(({ kind, group }) => [kind, group])).toEqual([
      ["photo", 1],
      ["photo", 1],
      ["document", 2],
      ["document", 2],
    ]);
  });

  it("that Telegram does not take for pictures come as documents", async () => {
    sandbox.fail("sendMediaGroup", refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"));
    await open().send({ blocks: [], files: [picture, { ...picture, bytes: Buffer.from("<svg/>") }] });
    expect(sandbox.files.map(({ kind, fileName }) => [kind, fileName])).toEqual([
      ["document", "график.png"],
      ["document", "график.png"],
    ]);
  });

  it("that are too large are no reason to ask again and again", async () => {
    sandbox.fail("sendDocument", { status: 413, body: "<html>Request Entity Too Large</html>" });
    await expect(open().send({ blocks: [], files: [pdf] })).rejects.toMatchObject({
      code: "notify.rejected",
    });
  });

  it("that a server takes in no way say nothing about the token", async () => {
    sandbox.fail("sendDocument", refused(404, "Not Found"));
    await expect(open().send({ blocks: ["текст"], files: [pdf] })).rejects.toMatchObject({
      code: "notify.rejected",
    });
    expect(sandbox.messages).toHaveLength(1);
  });

  it("have captions that are cut where they are too long, with balanced tags", async () => {
    await open().send({ blocks: [], files: [{ ...pdf, caption: `<b>${"слово ".repeat(500)}</b>` }] });
    const [file] = sandbox.files;
    expect(file?.caption).toMatch(/^(слово ?)+$/);
    expect(file?.caption.length).toBeGreaterThan(900);
  });
});

describe("when Telegram asks for a pause", () => {
  it("comes back later while nothing has been sent", async () => {
    sandbox.fail("sendMessage", tooManyRequests(3));
    expect(await failureOf()).toMatchObject({ code: "notify.rate_limited", afterSec: 3 });
    expect(sandbox.messages).toEqual([]);
  });

  it("waits a short one out in the middle of a text, so that nothing comes twice", async () => {
    let asked = 0;
    const send: typeof fetch = (input, init) => {
      // The limit strikes at the second message.
      if (++asked === 2) sandbox.fail("sendMessage", tooManyRequests(5), tooManyRequests(1));
      return fetch(input, init);
    };
    const { messageIds } = await open({ fetch: send }).send({ blocks: long });
    expect(messageIds).toHaveLength(3);
    expect(sandbox.messages.map(({ plain }) => plain)).toEqual(long);
  });

  it.each([
    ["a long one", [tooManyRequests(6)], 6],
    ["short ones without an end", Array.from({ length: 9 }, () => tooManyRequests(5)), 5],
    ["one that it does not name", [{ status: 429, body: "" }], 30],
    ["one that only a gateway's header names", [{ status: 429, headers: { "retry-after": "11" } }], 11],
  ])("comes back later for %s in the middle of a text", async (_what, replies, afterSec) => {
    let asked = 0;
    const send: typeof fetch = (input, init) => {
      if (++asked === 2) sandbox.fail("sendMessage", ...replies);
      return fetch(input, init);
    };
    const error = await failureOf(long, { fetch: send });
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(error).toMatchObject({ afterSec });
    expect(sandbox.messages).toHaveLength(1);
  });
});

describe("when Telegram cannot read the HTML", () => {
  it("sends the message once more as plain text", async () => {
    await open().send({ blocks: ["<b>Анна</b>: 5 &lt; 10 <u", "<script>x</script>"] });
    expect(sandbox.messages).toMatchObject([
      {
        chatId,
        text: "Анна: 5 < 10 <u\n\nx",
        plain: "Анна: 5 < 10 <u\n\nx",
        parseMode: null,
      },
    ]);
  });

  it("sends a caption once more as plain text, with its file", async () => {
    const files = [{ ...pdf, caption: "<i>5 &lt; 10 <u" }, pdf];
    await open().send({ blocks: [], files });
    expect(sandbox.files.map(({ caption }) => caption)).toEqual(["5 < 10 <u", ""]);
  });

  it("gives up when the plain text is refused as well", async () => {
    const unreadable = refused(400, "Bad Request: can't parse entities: something");
    sandbox.fail("sendMessage", unreadable, unreadable);
    expect(await failureOf()).toMatchObject({ code: "notify.rejected" });
    expect(sandbox.requests).toHaveLength(2);
  });
});

describe("errors", () => {
  it.each([
    [403, "Forbidden: bot was blocked by the user"],
    [403, "Forbidden: bot was kicked from the supergroup chat"],
    [403, "Forbidden: bot can't initiate conversation with a user"],
    [403, "Forbidden: user is deactivated"],
    [400, "Bad Request: chat not found"],
    [400, "Bad Request: not enough rights to send text messages to the chat"],
  ])("%i %s is for the operator, who is told about TELEGRAM_CHAT_ID", async (status, description) => {
    sandbox.fail("sendMessage", refused(status, description));
    const error = await failureOf();
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({
      code: "notify.chat_unreachable",
      message: expect.stringContaining("TELEGRAM_CHAT_ID"),
    });
  });

  it.each([
    ["401", refused(401, "Unauthorized")],
    ["404", refused(404, "Not Found")],
  ])(
    "a token that is answered with %s is for the operator, who is told about TELEGRAM_BOT_TOKEN",
    async (_s, reply) => {
      sandbox.fail("sendMessage", reply);
      const error = await failureOf();
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toMatchObject({
        code: "notify.unauthorized",
        message: expect.stringContaining("TELEGRAM_BOT_TOKEN"),
      });
    },
  );

  it("an unknown token is refused", async () => {
    expect(await failureOf(["а"], { token: "1:other" })).toMatchObject({ code: "notify.unauthorized" });
  });

  it.each([
    ["500", { status: 500, body: { ok: false, error_code: 500, description: "Internal Server Error" } }],
    ["a web page of a gateway", { status: 502, body: "<html>Bad Gateway</html>" }],
    ["a web page that calls itself a success", { status: 200, body: "<html>Log in to the Wi-Fi</html>" }],
    ["a success without a message", { status: 200, body: { ok: true, result: true } }],
    ["a redirect", { status: 302, headers: { location: "https://example.com/" } }],
    ["a reset connection", "reset" as const],
    ["an answer that is lost", "lost-answer" as const],
  ])("%s passes", async (_what, fault) => {
    sandbox.fail("sendMessage", fault);
    const error = await failureOf();
    expect(error).toBeInstanceOf(VendorError);
    expect(error).toMatchObject({ code: "notify.failed" });
  });

  it("never hold the token or the text", async () => {
    const faults = [
      "reset" as const,
      refused(400, `Bad Request: /bot${token}/ cannot take «привет»`),
      refused(401, `bot${token}`),
      { status: 500, body: `https://api.telegram.org/bot${token}/sendMessage` },
    ];
    for (const fault of faults) {
      sandbox.fail("sendMessage", fault);
      const error = (await failureOf()) as Error;
      const everything = [error.message, error.stack, String(error.cause)].join("\n");
      expect(everything).not.toContain(token);
      expect(everything).not.toContain("привет");
    }
  });
});

describe("settings", () => {
  it.each([
    [{ apiRoot: "http://telegram.example.com" }, "TELEGRAM_API_ROOT"],
    [{ apiRoot: "https://user:secret@example.com" }, "TELEGRAM_API_ROOT"],
    [{ apiRoot: "http://127.0.0.1.example.com" }, "TELEGRAM_API_ROOT"],
    [{ apiRoot: "telegram" }, "TELEGRAM_API_ROOT"],
    [{ token: "" }, "TELEGRAM_BOT_TOKEN"],
    [{ token: "123/../456" }, "TELEGRAM_BOT_TOKEN"],
    [{ chatId: "" }, "TELEGRAM_CHAT_ID"],
    [{ chatId: "our calls" }, "TELEGRAM_CHAT_ID"],
  ])("%o stops the start with the name of the variable", (options, variable) => {
    expect(() => open(options)).toThrow(ConfigurationError);
    expect(() => open(options)).toThrow(variable);
  });

  it("allow a Bot API server on this machine, with a slash at the end or not", async () => {
    await open({ apiRoot: `${sandbox.url}/` }).send({ blocks: ["а"] });
    expect(sandbox.messages).toHaveLength(1);
  });
});
