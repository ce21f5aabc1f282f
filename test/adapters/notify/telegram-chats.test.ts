import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { telegram } from "../../../adapters/notify/telegram.ts";
import { setClock } from "../../../core/clock.ts";
import type { ChatMemory } from "../../../core/ports/chat-memory.ts";
import { rememberedChats } from "../../../core/remembered-chats.ts";
import { refused, startTelegramSandbox, type TelegramSandbox } from "../../../local/sandbox/telegram.ts";
import { memoryStore } from "../../fakes/store.ts";

const token = "123456:AAsandbox-token_for_tests";
const GROUP = "-4001";
const SUPERGROUP = "-1009876543210";
const clock = setClock("2026-11-20T12:00:00Z");

let sandbox: TelegramSandbox;
let announced: object[];
let chats: ChatMemory;
beforeEach(async () => {
  sandbox = await startTelegramSandbox({ token });
  announced = [];
  const announce = async (lost: object) => void announced.push(lost);
  chats = rememberedChats({ store: memoryStore(), tenant: "default", clock, announce });
});
afterEach(() => sandbox.close());

/** As after a restart: nothing is known but what the memory knows. */
const open = (memory: ChatMemory | undefined = chats) =>
  telegram({ token, chatId: GROUP, apiRoot: sandbox.url, clock, chats: memory });
const asked = () => sandbox.requests.map(({ body }) => String(JSON.parse(body.toString()).chat_id));

describe("when the group has become a supergroup", () => {
  beforeEach(() => void sandbox.movedTo.set(GROUP, SUPERGROUP));

  it("sends to the new id, and the next process does so at once [telegram:migrated]", async () => {
    const notifier = open();
    await notifier.send({ blocks: ["раз"] });
    await notifier.send({ blocks: ["два"] });
    await open().send({ blocks: ["три"] });
    expect(asked()).toEqual([GROUP, SUPERGROUP, SUPERGROUP, SUPERGROUP]);
    expect(sandbox.messages.map(({ plain }) => plain)).toEqual(["раз", "два", "три"]);
  });

  it("follows it again when it moves once more", async () => {
    await open().send({ blocks: ["раз"] });
    sandbox.movedTo.set(SUPERGROUP, "-1001111111111");
    const notifier = open();
    await notifier.send({ blocks: ["два"] });
    await open().send({ blocks: ["три"] });
    expect(sandbox.messages.map(({ chatId }) => chatId)).toEqual([
      SUPERGROUP,
      "-1001111111111",
      "-1001111111111",
    ]);
  });

  it("does so for any other chat", async () => {
    sandbox.movedTo.set("-5", "-1005");
    await open().send({ blocks: ["раз"], chat: "-5" });
    await open().send({ blocks: ["два"], chat: "-5" });
    expect(asked()).toEqual(["-5", "-1005", "-1005"]);
  });

  it("does not follow new ids for ever, nor one that is none", async () => {
    sandbox.movedTo.set(SUPERGROUP, GROUP);
    await expect(open().send({ blocks: ["раз"] })).rejects.toMatchObject({ code: "notify.chat_unreachable" });
    const strange = refused(400, "upgraded to a supergroup", { migrate_to_chat_id: "../../1" });
    sandbox.movedTo.clear();
    sandbox.fail("sendMessage", strange);
    await expect(open(undefined).send({ blocks: ["раз"] })).rejects.toMatchObject({
      code: "notify.chat_unreachable",
    });
  });

  it("sends although nothing can be remembered", async () => {
    const broken = () => Promise.reject(new Error("the bucket is down"));
    const notifier = open({ find: broken, moved: broken, lost: broken });
    await notifier.send({ blocks: ["раз"] });
    sandbox.blockedBy.add("7001");
    expect(await notifier.send({ blocks: ["вам"], chat: "7001" })).toMatchObject({ isUnreachable: true });
    expect(sandbox.messages).toHaveLength(1);
  });
});

describe("when somebody has gone", () => {
  it.each([
    [403, "Forbidden: bot was blocked by the user", "blocked"],
    [403, "Forbidden: bot was kicked from the supergroup chat", "removed"],
    [403, "Forbidden: user is deactivated", "deactivated"],
    [403, "Forbidden: bot can't initiate conversation with a user", "not_found"],
    [403, "Forbidden: something new", "removed"],
    [400, "Bad Request: chat not found", "not_found"],
    [400, "Bad Request: not enough rights to send text messages to the chat", "no_rights"],
  ])("%i %s: asks once, keeps it, and says it once [telegram:blocked]", async (status, description, why) => {
    sandbox.fail("sendMessage", refused(status, description));
    for (let times = 0; times < 3; times++) {
      const sent = await open().send({ blocks: ["вам"], chat: "7001" });
      expect(sent).toEqual({ messageIds: [], isUnreachable: true });
    }
    expect(sandbox.requests).toHaveLength(1);
    expect(await chats.find("7001")).toEqual({ movedTo: null, lost: why });
    expect(announced).toHaveLength(1);
  });

  it("in the middle of a message, the rest is not sent", async () => {
    const blocks = Array.from({ length: 3 }, () => "а".repeat(3000));
    let requests = 0;
    const impatient: typeof fetch = (...given) => {
      if (++requests === 2) sandbox.blockedBy.add("7001");
      return fetch(...given);
    };
    const notifier = telegram({ token, chatId: GROUP, apiRoot: sandbox.url, clock, chats, fetch: impatient });
    expect(await notifier.send({ blocks, chat: "7001" })).toEqual({ messageIds: [], isUnreachable: true });
    expect(requests).toBe(2);
  });

  it("from the company's own chat it is for the operator, and tried again", async () => {
    sandbox.blockedBy.add(GROUP);
    const notifier = open();
    for (let times = 0; times < 2; times++)
      await expect(notifier.send({ blocks: ["раз"], chat: GROUP })).rejects.toMatchObject({
        code: "notify.chat_unreachable",
      });
    expect(announced).toEqual([]);
    sandbox.blockedBy.clear();
    await notifier.send({ blocks: ["раз"] });
    expect(sandbox.messages).toHaveLength(1);
  });

  it("refuses what is no chat", async () => {
    await expect(open().send({ blocks: ["раз"], chat: "our calls" })).rejects.toThrow(RangeError);
    expect(sandbox.requests).toEqual([]);
  });
});
