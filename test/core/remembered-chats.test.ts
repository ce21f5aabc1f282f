import { describe, expect, it } from "vitest";
import { chatKey } from "../../core/bucket-layout.ts";
import { setClock } from "../../core/clock.ts";
import { VendorError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { chatRef, rememberedChats } from "../../core/remembered-chats.ts";
import { memoryStore } from "../fakes/store.ts";
import { readObject } from "../functions/world.ts";

const CHAT = "7001";
const KEY = chatKey("default", chatRef(CHAT));

function open(store: Store = memoryStore()) {
  const clock = setClock("2026-11-20T12:00:00Z");
  const announced: { ref: string; since: string }[] = [];
  let failures = 0;
  const chats = rememberedChats({
    store,
    tenant: "default",
    clock,
    announce: async (lost) => {
      if (failures-- > 0) throw new VendorError("queue.failed", "killed");
      announced.push(lost);
    },
  });
  const failAnnouncing = (times: number) => {
    failures = times;
  };
  return { chats, clock, store, announced, failAnnouncing };
}

describe("the memory of chats", () => {
  it("knows nothing of a chat that works", async () => {
    expect(await open().chats.find(CHAT)).toBeUndefined();
  });

  it("keeps where a chat has moved to, the last place of several", async () => {
    const { chats, store } = open();
    await chats.moved("-4001", "-1001");
    await chats.moved("-4001", "-1002");
    expect(await open(store).chats.find("-4001")).toEqual({ movedTo: "-1002", lost: null });
    expect(await chats.find("-1002")).toBeUndefined();
  });

  it("tells of a loss once, and anew when they had come back meanwhile", async () => {
    const { chats, clock, announced } = open();
    for (let times = 0; times < 3; times++) await chats.lost(CHAT, "blocked");
    expect(await chats.find(CHAT)).toEqual({ movedTo: null, lost: "blocked" });
    await chats.regained(CHAT);
    expect(await chats.find(CHAT)).toEqual({ movedTo: null, lost: null });
    clock.advance(3600);
    await chats.lost(CHAT, "deactivated");
    expect(announced.map(({ since }) => since)).toEqual([
      "2026-11-20T12:00:00.000Z",
      "2026-11-20T13:00:00.000Z",
    ]);
    expect(announced.map(({ ref }) => ref)).toEqual([chatRef(CHAT), chatRef(CHAT)]);
    expect(chatRef(CHAT)).not.toContain(CHAT);
  });

  it("tells of it after all when it died before it could", async () => {
    const { chats, announced, failAnnouncing } = open();
    failAnnouncing(1);
    await expect(chats.lost(CHAT, "blocked")).rejects.toThrow("killed");
    await chats.find(CHAT);
    await chats.find(CHAT);
    expect(announced).toHaveLength(1);
  });

  it("keeps where a lost chat has moved to, and the loss of one that has moved", async () => {
    const { chats, store } = open();
    await Promise.all([chats.moved(CHAT, "-1001"), chats.lost(CHAT, "removed")]);
    expect(await chats.find(CHAT)).toEqual({ movedTo: "-1001", lost: "removed" });
    expect(await readObject(store, KEY)).toMatchObject({ chat: CHAT, lost: { announced: true } });
  });
});
