import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  escapeHtml,
  type Notifier,
  type NotifierButton,
  type NotifierFile,
} from "../../core/ports/notify.ts";

export interface ArrivedMessage {
  /** As a person reads it. */
  text: string;
  /** Undefined: the company's own. */
  chat: string | undefined;
  buttons: readonly (readonly NotifierButton[])[];
  replyTo: string | undefined;
}

export interface NotifierUnderTest {
  notifier: Notifier;
  /** Every text that arrived, in order. */
  messages(): ArrivedMessage[];
  /** Every file that arrived, in order, its caption as a person reads it. */
  files(): NotifierFile[];
  /** From now on nobody is there any more. */
  lose(chat: string): void;
  close?(): Promise<void>;
}

/** What every {@link Notifier} promises. */
export function notifierConformance(name: string, open: () => Promise<NotifierUnderTest>): void {
  describe(`${name}, as a notifier`, () => {
    let tested: NotifierUnderTest;
    beforeEach(async () => {
      tested = await open();
    });
    afterEach(() => tested.close?.());
    const arrived = () => tested.messages().map(({ text }) => text);

    it("puts blocks that fit into one message, a blank line between them, and gives its id", async () => {
      const { messageIds } = await tested.notifier.send({
        blocks: ["<b>Звонки за 20.11</b>", "Анна: 82 из 100\nИван: 64 из 100"],
      });
      expect(arrived()).toEqual(["Звонки за 20.11\n\nАнна: 82 из 100\nИван: 64 из 100"]);
      expect(messageIds).toHaveLength(1);
      expect(messageIds[0]).not.toBe("");
    });

    it.each([
      ["no blocks", []],
      ["empty blocks", ["", " \n", "<b></b>"]],
    ])("sends nothing for %s", async (_what, blocks) => {
      expect(await tested.notifier.send({ blocks })).toEqual({ messageIds: [] });
      expect(arrived()).toEqual([]);
    });

    it("leaves out an empty block between others", async () => {
      await tested.notifier.send({ blocks: ["первый", "", "второй"] });
      expect(arrived()).toEqual(["первый\n\nвторой"]);
    });

    it("shows data as it was typed, a client named <b> included", async () => {
      const typed = 'ООО «Ёлка & Ко», клиент <b>, "скидка" &lt; 5 %, 👩‍👧';
      await tested.notifier.send({ blocks: [`Клиент: <i>${escapeHtml(typed)}</i>`] });
      expect(arrived()).toEqual([`Клиент: ${typed}`]);
    });

    it("delivers every word of a text that no single message could hold, in order", async () => {
      const words = Array.from({ length: 3000 }, (_, index) => `слово${index}`);
      const blocks = [
        words.slice(0, 10).join(" "),
        words.slice(10, 2500).join(" "),
        words.slice(2500).join("\n"),
      ];
      const { messageIds } = await tested.notifier.send({ blocks });
      expect(arrived().join(" ").split(/\s+/)).toEqual(words);
      expect(new Set(messageIds).size).toBe(arrived().length);
    });

    it("gives every text ids of its own", async () => {
      const first = await tested.notifier.send({ blocks: ["первая"] });
      const second = await tested.notifier.send({ blocks: ["вторая"] });
      expect(first.messageIds).not.toEqual(second.messageIds);
      expect(arrived()).toEqual(["первая", "вторая"]);
    });

    it("puts buttons under the text, under its end where it is split", async () => {
      const buttons = [
        [
          { text: "Звонок", data: "c:20261120-3f9a1c2b7d04" },
          { text: "Менеджер", data: "a:7" },
        ],
        [{ text: "Карточка", url: "https://portal.example/crm/deal/details/1/" }],
      ];
      await tested.notifier.send({ blocks: ["коротко"], buttons });
      await tested.notifier.send({ blocks: ["слово ".repeat(2000)], buttons });
      const [short, ...long] = tested.messages();
      expect(short?.buttons).toEqual(buttons);
      expect(long.at(-1)?.buttons).toEqual(buttons);
      expect(long.slice(0, -1).flatMap((message) => message.buttons)).toEqual([]);
    });

    it("answers a message", async () => {
      const { messageIds } = await tested.notifier.send({ blocks: ["вопрос"] });
      await tested.notifier.send({ blocks: ["ответ"], replyTo: messageIds[0] ?? "" });
      expect(tested.messages().map(({ replyTo }) => replyTo)).toEqual([undefined, messageIds[0]]);
    });

    it("sends files after their text, pictures first, each with its name, kind and caption", async () => {
      const { messageIds } = await tested.notifier.send({
        blocks: ["Сводка"],
        files: [pdf, chart, xlsx, map],
      });
      expect(arrived()).toEqual(["Сводка"]);
      expect(tested.files()).toEqual([
        { ...chart, caption: "Оценки & звонки" },
        map,
        { ...pdf, caption: "Отчёт" },
        xlsx,
      ]);
      expect(new Set(messageIds).size).toBe(5);
    });

    it("sends files without a text, one or many", async () => {
      await tested.notifier.send({ blocks: [], files: [xlsx] });
      const many = Array.from({ length: 12 }, (_value, index) => ({ ...map, name: `${index}.png` }));
      const { messageIds } = await tested.notifier.send({ blocks: [], files: many });
      expect(tested.files()).toEqual([xlsx, ...many]);
      expect(messageIds).toHaveLength(12);
      expect(arrived()).toEqual([]);
    });

    it("writes to another chat when it is told one", async () => {
      await tested.notifier.send({ blocks: ["всем"] });
      await tested.notifier.send({ blocks: ["вам"], chat: "7001" });
      expect(tested.messages().map(({ text, chat }) => [text, chat])).toEqual([
        ["всем", undefined],
        ["вам", "7001"],
      ]);
    });

    it("says of a chat where nobody is any more that it is so, as often as it is asked", async () => {
      tested.lose("7001");
      for (let times = 0; times < 2; times++) {
        const sent = await tested.notifier.send({ blocks: ["вам"], chat: "7001" });
        expect(sent).toEqual({ messageIds: [], isUnreachable: true });
      }
      await tested.notifier.send({ blocks: ["всем"] });
      expect(arrived()).toEqual(["всем"]);
    });

    it.each<[string, object]>([
      ["buttons without a text", { blocks: [" "], buttons: [[{ text: "а", data: "a:1" }]] }],
      ["a button without a text", { buttons: [[{ text: " ", data: "a:1" }]] }],
      ["a button without data", { buttons: [[{ text: "а", data: "" }]] }],
      ["33 Cyrillic letters, which are 66 bytes", { buttons: [[{ text: "а", data: "я".repeat(33) }]] }],
      ["an address that is no link", { buttons: [[{ text: "а", url: "javascript:alert(1)" }]] }],
      ["a file without bytes", { files: [{ ...pdf, bytes: new Uint8Array() }] }],
      ["a file without a name", { files: [{ ...pdf, name: "" }] }],
    ])("refuses %s, and sends nothing of it", async (_what, differs) => {
      const message = { blocks: ["текст"], ...differs };
      await expect(tested.notifier.send(message)).rejects.toThrow(RangeError);
      expect([...arrived(), ...tested.files()]).toEqual([]);
    });

    it("takes button data of 64 bytes", async () => {
      const buttons = [[{ text: "а", data: "я".repeat(32) }]];
      await tested.notifier.send({ blocks: ["текст"], buttons });
      expect(tested.messages()[0]?.buttons).toEqual(buttons);
    });
  });
}

const png = Buffer.from("\x89PNG\r\n\x1a\n sandbox", "latin1");
const chart: NotifierFile = {
  kind: "photo",
  bytes: png,
  name: "оценки.png",
  mediaType: "image/png",
  caption: "<b>Оценки &amp; звонки</b>",
};
const map: NotifierFile = { kind: "photo", bytes: png, name: "критерии.png", mediaType: "image/png" };
const pdf: NotifierFile = {
  kind: "document",
  bytes: Buffer.from("%PDF-1.7"),
  name: "Качество звонков 2026-11-20.pdf",
  mediaType: "application/pdf",
  caption: "Отчёт",
};
const xlsx: NotifierFile = {
  kind: "document",
  bytes: Buffer.from("PK"),
  name: "Звонки.xlsx",
  mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
