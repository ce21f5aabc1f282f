import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CrmEntity } from "../../core/ports/crm.ts";
import type { CrmPhrase, CrmWriter } from "../../core/ports/crm-writer.ts";

/** What the suite's CRM knows: one call, and the deal that its activity belongs to. */
export interface WriterWorld {
  nativeId: string;
  activityId: string;
  dealId: string;
  /** Of an activity that belongs to no deal. */
  otherActivityId: string;
}

export interface WriterFixture {
  writer: CrmWriter;
  now: Date;
  /** The texts on a card's timeline, in order. */
  commentsOn(card: CrmEntity): string[];
  phrases(): { speaker: string; startSec: number; stopSec: number; text: string }[] | undefined;
  scoreOf(card: CrmEntity): number | undefined;
  /** How often anything was changed. */
  changes(): number;
  remove(card: CrmEntity): void;
  removeFields(): void;
  close(): Promise<void>;
}

const world: WriterWorld = {
  nativeId: "ABCD1234.1795158930.555",
  activityId: "901",
  dealId: "5",
  otherActivityId: "902",
};
const contact: CrmEntity = { type: "contact", id: "77" };
const deal: CrmEntity = { type: "deal", id: world.dealId };
const lead: CrmEntity = { type: "lead", id: "31" };
const phrases: CrmPhrase[] = [
  { speaker: "agent", startSec: 0, stopSec: 4, text: "Добрый день, «Север-Окна»." },
  { speaker: "client", startSec: 4, stopSec: 5, text: "Здравствуйте." },
];

export function crmWriterConformance(
  name: string,
  create: (world: WriterWorld) => Promise<WriterFixture>,
): void {
  describe(`${name} as a CRM that is written to`, () => {
    let fixture: WriterFixture;
    let writer: CrmWriter;
    beforeEach(async () => {
      fixture = await create(world);
      writer = fixture.writer;
    });
    afterEach(() => fixture.close());

    const comment = (differs: Partial<Parameters<CrmWriter["addComment"]>[0]> = {}) => ({
      card: deal,
      text: "[b]Оценка: 72[/b]\n[i]20261120-bitrix24-ABCD.555[/i]",
      mark: "20261120-bitrix24-ABCD.555",
      since: new Date(fixture.now.getTime() - 3600_000),
      lookFirst: false,
      ...differs,
    });

    test("finds the deal of a call by its activity, whatever else the call belongs to", async () => {
      expect(await writer.findCard({ entity: contact, activityId: world.activityId })).toEqual(deal);
    });

    test.each([
      ["an activity without a deal", world.otherActivityId],
      ["no activity", null],
    ])("falls back to the client's card with %s", async (_, activityId) => {
      expect(await writer.findCard({ entity: contact, activityId })).toEqual(contact);
    });

    test("finds no card where the call belongs to nobody", async () => {
      expect(await writer.findCard({ entity: null, activityId: null })).toBeUndefined();
    });

    test("puts a comment on the card as it was given", async () => {
      const { id } = await writer.addComment(comment());
      expect(id).toMatch(/^\d+$/);
      expect(fixture.commentsOn(deal)).toEqual([comment().text]);
      expect(fixture.commentsOn(contact)).toEqual([]);
    });

    test("finds its comment by the mark instead of writing it again", async () => {
      const first = await writer.addComment(comment());
      await writer.addComment(comment({ text: "another one", mark: "another-one" }));
      expect(await writer.addComment(comment({ lookFirst: true }))).toEqual(first);
      expect(fixture.changes()).toBe(2);
    });

    test("takes neither a longer mark nor one on another card for its own", async () => {
      await writer.addComment(comment({ text: "20261120-bitrix24-ABCD.5551" }));
      await writer.addComment(comment({ card: contact }));
      await writer.addComment(comment({ lookFirst: true }));
      expect(fixture.commentsOn(deal)).toHaveLength(2);
    });

    test("finds its comment under many that came after it", async () => {
      const first = await writer.addComment(comment());
      for (let n = 0; n < 60; n += 1) await writer.addComment(comment({ text: `note ${n}`, mark: "none" }));
      expect(await writer.addComment(comment({ lookFirst: true }))).toEqual(first);
    });

    test("attaches a transcript, and says so when there is one already", async () => {
      const first = await writer.attachTranscript({ nativeId: world.nativeId, phrases });
      expect(first).toMatchObject({ wasThere: false });
      expect(fixture.phrases()).toEqual(phrases);
      const again = await writer.attachTranscript({ nativeId: world.nativeId, phrases: phrases.slice(0, 1) });
      expect(again).toEqual({ id: first.id, wasThere: true });
      expect(fixture.phrases()).toEqual(phrases);
      expect(fixture.changes()).toBe(1);
    });

    test.each([deal, lead])(
      "sets the score of a $type, and changes nothing where it stands already",
      async (card) => {
        await writer.setScore(card, 72);
        await writer.setScore(card, 72);
        expect([fixture.scoreOf(card), fixture.changes()]).toEqual([72, 1]);
        await writer.setScore(card, 0);
        expect([fixture.scoreOf(card), fixture.changes()]).toEqual([0, 2]);
      },
    );

    test("tells the operator when the CRM has no field for the score", async () => {
      fixture.removeFields();
      await expect(writer.setScore(deal, 72)).rejects.toMatchObject({
        name: "ConfigurationError",
        code: "crm.field_missing",
      });
    });

    test("says for good that a card or a call is gone, or has no such field", async () => {
      fixture.remove(deal);
      const gone = { name: "PermanentError", code: "crm.entity_gone" };
      await expect(writer.addComment(comment())).rejects.toMatchObject(gone);
      await expect(writer.setScore(deal, 72)).rejects.toMatchObject(gone);
      await expect(writer.setScore(contact, 72)).rejects.toMatchObject({ code: "crm.no_field" });
      expect(fixture.changes()).toBe(0);
    });
  });
}
