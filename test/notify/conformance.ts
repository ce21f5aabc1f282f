import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { escapeHtml, type Notifier } from "../../core/ports/notify.ts";

export interface NotifierUnderTest {
  notifier: Notifier;
  /** Every message that arrived, as a person reads it, in order. */
  arrived(): string[];
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

    it("puts blocks that fit into one message, a blank line between them, and gives its id", async () => {
      const { messageIds } = await tested.notifier.send({
        blocks: ["<b>Звонки за 20.11</b>", "Анна: 82 из 100\nИван: 64 из 100"],
      });
      expect(tested.arrived()).toEqual(["Звонки за 20.11\n\nАнна: 82 из 100\nИван: 64 из 100"]);
      expect(messageIds).toHaveLength(1);
      expect(messageIds[0]).not.toBe("");
    });

    it.each([
      ["no blocks", []],
      ["empty blocks", ["", " \n", "<b></b>"]],
    ])("sends nothing for %s", async (_what, blocks) => {
      expect(await tested.notifier.send({ blocks })).toEqual({ messageIds: [] });
      expect(tested.arrived()).toEqual([]);
    });

    it("leaves out an empty block between others", async () => {
      await tested.notifier.send({ blocks: ["первый", "", "второй"] });
      expect(tested.arrived()).toEqual(["первый\n\nвторой"]);
    });

    it("shows data as it was typed, a client named <b> included", async () => {
      const typed = 'ООО «Ёлка & Ко», клиент <b>, "скидка" &lt; 5 %, 👩‍👧';
      await tested.notifier.send({ blocks: [`Клиент: <i>${escapeHtml(typed)}</i>`] });
      expect(tested.arrived()).toEqual([`Клиент: ${typed}`]);
    });

    it("delivers every word of a text that no single message could hold, in order", async () => {
      const words = Array.from({ length: 3000 }, (_, index) => `слово${index}`);
      const blocks = [
        words.slice(0, 10).join(" "),
        words.slice(10, 2500).join(" "),
        words.slice(2500).join("\n"),
      ];
      const { messageIds } = await tested.notifier.send({ blocks });
      expect(tested.arrived().join(" ").split(/\s+/)).toEqual(words);
      expect(new Set(messageIds).size).toBe(tested.arrived().length);
    });

    it("gives every text ids of its own", async () => {
      const first = await tested.notifier.send({ blocks: ["первая"] });
      const second = await tested.notifier.send({ blocks: ["вторая"] });
      expect(first.messageIds).not.toEqual(second.messageIds);
      expect(tested.arrived()).toEqual(["первая", "вторая"]);
    });
  });
}
