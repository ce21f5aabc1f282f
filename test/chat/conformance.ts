import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Chat, type ChatContent, MAX_CHAT_FILE_BYTES } from "../../core/ports/chat.ts";

export interface SaidText {
  chat: string;
  person: string;
  isPrivate: boolean;
  text: string;
  /** The data of the buttons of the message that it answers. */
  repliesTo?: string[];
}

/** The same things in the words of one messenger. */
export interface ChatDialect {
  chat: Chat;
  text(said: SaidText): string;
  press(pressed: { chat: string; person: string; data: string }): string;
  voice(sent: { chat: string; person: string; fileId: string; sizeBytes: number }): string;
  /** A message of the bot's that stands in the chat. */
  standing(chat: string): Promise<string>;
  shown(chat: string, messageId: string): ChatContent | undefined;
  upload(content: Uint8Array): string;
  acknowledged(pressId: string): string | undefined;
  close(): Promise<void>;
}

/** What every driver of the port promises. */
export function describeChat(name: string, open: () => Promise<ChatDialect>): void {
  describe(`the chat over ${name}`, () => {
    let dialect: ChatDialect;
    beforeEach(async () => {
      dialect = await open();
    });
    afterEach(() => dialect.close());

    it("reads what a person wrote, and where", async () => {
      const said = { chat: "501", person: "501", isPrivate: true, text: "худшие звонки <вчера> & 😀" };
      expect(await dialect.chat.read(dialect.text(said))).toMatchObject({
        kind: "text",
        ...said,
        repliesTo: null,
      });
      const group = { ...said, chat: "-1001234567890", isPrivate: false };
      expect(await dialect.chat.read(dialect.text(group))).toMatchObject({
        chat: group.chat,
        isPrivate: false,
      });
    });

    it("reads by its buttons what a message that was replied to is about", async () => {
      const said = {
        chat: "501",
        person: "501",
        isPrivate: true,
        text: "почему?",
        repliesTo: ["c:20261119-ab", "x:1"],
      };
      const read = await dialect.chat.read(dialect.text(said));
      expect(read).toMatchObject({ repliesTo: { buttons: said.repliesTo } });
    });

    it("reads a pressed button and who pressed it", async () => {
      const read = await dialect.chat.read(
        dialect.press({ chat: "-100500", person: "77", data: "c:20261119-ab" }),
      );
      expect(read).toMatchObject({ kind: "button", chat: "-100500", person: "77", data: "c:20261119-ab" });
    });

    it("reads a voice message and fetches its sound", async () => {
      const content = new Uint8Array([0x4f, 0x67, 0x67, 0x53, 0, 255]);
      const fileId = dialect.upload(content);
      const read = await dialect.chat.read(
        dialect.voice({ chat: "501", person: "501", fileId, sizeBytes: 6 }),
      );
      expect(read).toMatchObject({ kind: "audio", fileId, sizeBytes: 6 });
      expect(Buffer.from(await dialect.chat.fetchFile(fileId))).toEqual(Buffer.from(content));
    });

    it.each(["", "null", "[]", "7", "{", "{}", '{"update_id":"x"}', '{"update_id":1,"message":{}}'])(
      "reads nothing in %j",
      async (update) => expect(await dialect.chat.read(update)).toBeUndefined(),
    );

    it("gives every update the number by which a repetition is known", async () => {
      const [one, two] = [1, 2].map(() =>
        dialect.text({ chat: "1", person: "1", isPrivate: true, text: "a" }),
      );
      const ids = await Promise.all(
        [one, one, two].map(async (update) => (await dialect.chat.read(update ?? ""))?.id),
      );
      expect(ids[0]).toBe(ids[1]);
      expect(ids[2]).not.toBe(ids[0]);
    });

    it("puts another text in the place of a message, twice as well as once", async () => {
      const messageId = await dialect.standing("501");
      const content = { html: "<b>2</b> &lt;", buttons: [[{ text: "дальше", data: "o:1:2" }]] };
      expect(await dialect.chat.edit({ chat: "501", messageId }, content)).toBe(true);
      expect(dialect.shown("501", messageId)).toEqual(content);
      expect(await dialect.chat.edit({ chat: "501", messageId }, content)).toBe(true);
    });

    it("says when a message cannot be edited", async () => {
      expect(await dialect.chat.edit({ chat: "501", messageId: "999999" }, { html: "1", buttons: [] })).toBe(
        false,
      );
    });

    it("ends the waiting of a pressed button", async () => {
      await dialect.chat.acknowledge("press-1");
      await dialect.chat.acknowledge("press-2", "готово");
      expect(dialect.acknowledged("press-1")).toBe("");
      expect(dialect.acknowledged("press-2")).toBe("готово");
    });

    it("names a file that is gone, and one that is too large", async () => {
      await expect(dialect.chat.fetchFile("nobody-has-it")).rejects.toMatchObject({ code: "chat.file_gone" });
      const large = dialect.upload(new Uint8Array(MAX_CHAT_FILE_BYTES + 1));
      await expect(dialect.chat.fetchFile(large)).rejects.toMatchObject({ code: "chat.file_too_large" });
    });
  });
}
