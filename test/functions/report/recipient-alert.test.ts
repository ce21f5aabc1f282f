import { describe, expect, it } from "vitest";
import type { LostChat } from "../../../core/ports/chat-memory.ts";
import { lostChatReasons } from "../../../core/ports/chat-memory.ts";
import { rememberedChats } from "../../../core/remembered-chats.ts";
import { recipientLost } from "../../../events/recipient-lost.ts";
import { report } from "../../../functions/report/stage.ts";
import { readBlocks } from "../../fakes/notify.ts";
import { run } from "../world.ts";
import { reportWorld } from "./report-world.ts";

async function lose(why: LostChat, settings: Parameters<typeof reportWorld>[0] = {}) {
  const world = reportWorld(settings);
  const events: ReturnType<typeof recipientLost>[] = [];
  const announce = async (lost: { ref: string; since: string }) =>
    void events.push(recipientLost("default", lost));
  const chats = rememberedChats({ store: world.store, tenant: "default", clock: world.clock, announce });
  await chats.lost("7001", why);
  const tell = async () => {
    for (const event of events) await run(report, event, world);
  };
  return { world, chats, tell };
}

describe("when somebody gets no messages any more", () => {
  it("the company's chat is told once, who it is and what to do [telegram:owner-told]", async () => {
    const { world, tell } = await lose("blocked");
    await tell();
    await tell();
    expect(world.telegram.sent.map(({ blocks, chat }) => [readBlocks(blocks), chat])).toEqual([
      [
        [
          "🔕 Сообщения больше не доходят: чат 7001",
          "Человек заблокировал бота.",
          "Туда больше ничего не отправляется. Чтобы сообщения возобновились, в этом чате нужно снова нажать «Старт» или вернуть бота.",
        ].join("\n"),
        undefined,
      ],
    ]);
  });

  it("nobody is told when they have come back meanwhile", async () => {
    const { world, chats, tell } = await lose("removed");
    await chats.regained("7001");
    await tell();
    expect(world.telegram.sent).toEqual([]);
  });

  it.each(lostChatReasons)("there are words for it in English as well: %s", async (why) => {
    const { world, tell } = await lose(why, { settings: { locale: "en" } });
    await tell();
    expect(world.telegram.texts()[0]).toMatch(/^🔕 Messages do not arrive any more: chat 7001\n[A-Z]/u);
    expect(world.telegram.texts()[0]).not.toMatch(/[а-яё]/i);
  });
});
