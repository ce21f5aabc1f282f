import * as z from "zod";
import { chatKey } from "./bucket-layout.ts";
import { sha256 } from "./call.ts";
import type { Clock } from "./clock.ts";
import { VendorError } from "./errors.ts";
import { type ChatMemory, lostChatReasons } from "./ports/chat-memory.ts";
import type { Store } from "./ports/store.ts";
import { readJson, writeJson } from "./store-json.ts";

/** `chats/<tenant>/<ref>.json`: what is known of a chat that is not as it was set. */
export const ChatNote = z.object({
  chat: z.string(),
  movedTo: z.string().nullable().default(null),
  lost: z
    .object({
      why: z.enum(lostChatReasons),
      /** ISO 8601; tells one loss from the next. */
      since: z.iso.datetime(),
      /** Whether it was put on the queue for somebody to be told. */
      announced: z.boolean(),
    })
    .nullable()
    .default(null),
});
export type ChatNote = z.infer<typeof ChatNote>;

/** A chat's id is a person's: on queues and in logs this stands for it. */
export function chatRef(chat: string): string {
  return sha256(`chat/${chat}`).slice(0, 16);
}

interface RememberedChatsOptions {
  store: Store;
  tenant: string;
  clock: Pick<Clock, "now">;
  /** Somebody is to be told; said again after a crash. */
  announce(lost: { ref: string; since: string }): Promise<void>;
}

/** A memory of chats in the bucket. */
export function rememberedChats({ store, tenant, clock, announce }: RememberedChatsOptions): ChatMemory & {
  /** The person has come back, or the bot was let in again: the chat is written to as before. */
  regained(chat: string): Promise<void>;
} {
  const read = (chat: string) => readJson(store, chatKey(tenant, chatRef(chat)), ChatNote);

  async function change(chat: string, next: (before: ChatNote) => ChatNote | undefined): Promise<ChatNote> {
    for (let tries = 0; tries < 5; tries++) {
      const found = await read(chat);
      const before = found?.value ?? { chat, movedTo: null, lost: null };
      const after = next(before);
      if (!after) return before;
      const condition = found ? { ifMatch: found.etag } : { ifAbsent: true };
      const { written } = await writeJson(store, chatKey(tenant, chatRef(chat)), after, condition);
      if (written) return after;
    }
    throw new VendorError("chats.contended", "several runs write about the same chat at once");
  }

  async function tell(note: ChatNote): Promise<void> {
    const { chat, lost } = note;
    if (!lost || lost.announced) return;
    await announce({ ref: chatRef(chat), since: lost.since });
    await change(chat, (now) =>
      now.lost?.since === lost.since ? { ...now, lost: { ...now.lost, announced: true } } : undefined,
    );
  }

  return {
    async find(chat) {
      const note = (await read(chat))?.value;
      if (!note) return undefined;
      // Left over where a run died between noting and announcing.
      await tell(note);
      return { movedTo: note.movedTo, lost: note.lost?.why ?? null };
    },
    async moved(chat, to) {
      await change(chat, (before) => (before.movedTo === to ? undefined : { ...before, movedTo: to }));
    },
    async lost(chat, why) {
      const since = clock.now().toISOString();
      const note = await change(chat, (before) =>
        before.lost ? undefined : { ...before, lost: { why, since, announced: false } },
      );
      await tell(note);
    },
    async regained(chat) {
      await change(chat, (before) => (before.lost ? { ...before, lost: null } : undefined));
    },
  };
}
