import { describe, expect, it } from "vitest";
import { indexRowKey } from "../../core/bucket-layout.ts";
import type { CallQueryInput } from "../../core/call-query.ts";
import type { CallIndex } from "../../core/ports/call-index.ts";
import { callIdOn, callRow, putLateRows, putRows, skippedRow, TENANT } from "./call-rows.ts";
import { FIRST, type IndexWorld, PERIOD, SECOND, TODAY } from "./conformance-world.ts";

const idsOf = async (index: CallIndex, differs: Partial<CallQueryInput> = {}) =>
  (await index.find({ ...PERIOD, ...differs })).rows.map(({ callId }) => callId.split("-").at(-1));

export function findsCalls(world: () => IndexWorld): void {
  describe("finding calls", () => {
    it("gives rows as they were recorded, whether their day is compacted or not", async () => {
      const { store, index } = world();
      const rows = [
        callRow(callIdOn(TODAY, "a")),
        skippedRow(callIdOn(SECOND, "b")),
        callRow(callIdOn(FIRST, "c"), {
          title: "запись «ёлка» 'и' \"кавычки\" \\ \u0007\n🎄.mp3",
          startedAt: "2026-11-17T10:00:00.250+03:00",
          worst: {
            criterion: "x",
            evidence: { turn: 7, speaker: "client", startSec: 1, endSec: 2.5, quote: "<b>" },
          },
          tags: ["vip", "жалоба"],
          nextStep: { agreed: false, text: null },
        }),
      ];
      await putRows(store, ...rows);
      const before = await index.find(PERIOD);
      expect(before).toEqual({ rows, next: null, total: 3 });
      await index.compactDay(TENANT, FIRST);
      await index.compactDay(TENANT, SECOND);
      expect(await index.find(PERIOD)).toEqual(before);
    });

    it("reads a row that was written before there were criteria, costs and tags", async () => {
      const { store, index } = world();
      const { callId, ...rest } = skippedRow(callIdOn(FIRST, "old"));
      const later = [
        "departments",
        "line",
        "checklistName",
        "callType",
        "rawPercent",
        "autoFailedBy",
        "criteria",
      ];
      later.push("objections", "nextStep", "summary", "clientNeed", "tags", "cost", "agentTalkShare");
      const old = Object.fromEntries(Object.entries(rest).filter(([key]) => !later.includes(key)));
      await store.put(indexRowKey(TENANT, callId), JSON.stringify({ callId, ...old }));
      const [row] = (await index.find(PERIOD)).rows;
      expect(row).toMatchObject({ callId, departments: [], criteria: [], summary: null, tags: [] });
      await index.compactDay(TENANT, FIRST);
      expect((await index.find(PERIOD)).rows).toEqual([row]);
    });

    it("finds nothing in an empty bucket, of another tenant, or outside of the period", async () => {
      const { store, index } = world();
      const nothing = { rows: [], next: null, total: 0 };
      expect(await index.find(PERIOD)).toEqual(nothing);
      await putRows(store, callRow(callIdOn(SECOND, "a")), callRow(callIdOn(TODAY, "b")));
      await index.compactDay(TENANT, SECOND);
      expect(await index.find({ ...PERIOD, tenant: "other" })).toEqual(nothing);
      expect(await index.find({ ...PERIOD, to: FIRST })).toEqual(nothing);
      expect(await index.find({ tenant: TENANT, from: "2026-11-19", to: "2026-11-19" })).toEqual(nothing);
      expect(await idsOf(index, { from: SECOND, to: SECOND })).toEqual(["a"]);
    });

    const filters: [string, Partial<CallQueryInput>, string[]][] = [
      ["agent", { agentIds: ["12", "99"] }, ["b"]],
      ["department, any of them", { departments: ["Сервис"] }, ["b"]],
      ["direction", { directions: ["incoming"] }, ["c"]],
      ["line", { lines: ["+74950000001"] }, ["a"]],
      ["checklist", { checklist: { id: "support" } }, ["b"]],
      ["version of a checklist", { checklist: { id: "first-sale", version: 4 } }, ["c"]],
      ["least percent", { percentFrom: 72.5 }, ["b", "a"]],
      ["greatest percent", { percentTo: 72.5 }, ["c", "a"]],
      ["verdict of a criterion", { criterion: { id: "needs", verdicts: ["not_met", "uncertain"] } }, ["c"]],
      ["verdict of no criterion", { criterion: { id: "met needs", verdicts: ["met"] } }, []],
      ["status", { statuses: ["skipped"] }, ["d"]],
      ["code", { codes: ["call.too_short"] }, ["d"]],
      ["tag", { tags: ["жалоба"] }, ["c"]],
      ["kind of call", { callTypes: ["booking"] }, ["b"]],
      ["need of a review", { needsReview: true }, ["b"]],
      ["passed", { passed: true }, ["b", "a"]],
      ["not passed, which a call without a score is not either", { passed: false }, ["c"]],
      ["several together", { passed: true, agentIds: ["11"] }, ["a"]],
      ["text of a summary, in any case", { text: "  ЕЛКИ   и " }, ["c"]],
      ["text of an agent's name", { text: "ежикова-ким" }, ["d", "c", "a"]],
      ["text of a need", { text: "люстра" }, ["a"]],
      ["text of a next step", { text: "в среду" }, ["b"]],
      ["text of a quote", { text: "ДОРОГОВАТО" }, ["c", "b", "a"]],
      ["text with signs of a pattern", { text: "100%" }, ["b"]],
      ["text that stands across two", { text: "елки и шары люстра" }, []],
    ];
    it.each(filters)("filters by %s, in open and in compacted days", async (_what, filter, expected) => {
      const { store, index } = world();
      const at = (hour: number) => ({ startedAt: `2026-11-17T${hour}:00:00+03:00` });
      await putRows(
        store,
        callRow(callIdOn(FIRST, "a"), { ...at(10), line: "+74950000001", clientNeed: "Люстра" }),
        callRow(callIdOn(FIRST, "b"), {
          ...at(11),
          agentId: "12",
          agentName: "Иван",
          departments: ["Продажи", "Сервис"],
          checklistId: "support",
          percent: 90,
          needsReview: true,
          callType: "booking",
          nextStep: { agreed: true, text: "Скидка 100% в среду" },
        }),
        callRow(callIdOn(FIRST, "c"), {
          ...at(12),
          direction: "incoming",
          checklistVersion: 4,
          percent: 40,
          passed: false,
          tags: ["жалоба"],
          summary: "Ёлки\u00a0и шары",
          criteria: [{ id: "needs", text: "Н", stage: null, verdict: "not_met", points: 0, weight: 1 }],
        }),
        skippedRow(callIdOn(FIRST, "d"), "call.too_short", at(13)),
      );
      expect(await idsOf(index, filter)).toEqual([...expected].sort().reverse());
      await index.compactDay(TENANT, FIRST);
      expect(await idsOf(index, filter)).toEqual([...expected].sort().reverse());
      expect((await index.find({ ...PERIOD, ...filter, limit: 1 })).total).toBe(expected.length);
    });

    it("orders by moment and by percent, the ones without a percent last, equals by their id", async () => {
      const { store, index } = world();
      await putRows(
        store,
        // The same moment as b, said in another zone.
        callRow(callIdOn(FIRST, "a"), { startedAt: "2026-11-17T09:00:00Z", percent: 50 }),
        callRow(callIdOn(FIRST, "b"), { startedAt: "2026-11-17T12:00:00+03:00", percent: 9.5 }),
        callRow(callIdOn(FIRST, "c"), { startedAt: "2026-11-17T11:59:59.999+03:00", percent: 50 }),
        callRow(callIdOn(TODAY, "d"), { percent: null }),
        skippedRow(callIdOn(TODAY, "e"), "x", { startedAt: "the day before yesterday" }),
      );
      await index.compactDay(TENANT, FIRST);
      expect(await idsOf(index)).toEqual(["d", "e", "a", "b", "c"]);
      expect(await idsOf(index, { order: { by: "startedAt", direction: "asc" } })).toEqual([
        "c",
        "a",
        "b",
        "e",
        "d",
      ]);
      expect(await idsOf(index, { order: { by: "percent", direction: "asc" } })).toEqual([
        "b",
        "a",
        "c",
        "d",
        "e",
      ]);
      expect(await idsOf(index, { order: { by: "percent", direction: "desc" } })).toEqual([
        "a",
        "c",
        "b",
        "d",
        "e",
      ]);
    });
  });

  describe("paging", () => {
    it.each(["startedAt", "percent"] as const)(
      "by %s gives each call once while others come in",
      async (by) => {
        const { store, index } = world();
        const rows = Array.from({ length: 23 }, (_value, n) =>
          callRow(callIdOn(n % 2 ? FIRST : TODAY, `old${String(n).padStart(2, "0")}`), {
            percent: n % 4 === 0 ? null : n % 3,
            startedAt: `2026-11-17T12:0${n % 5}:00Z`,
          }),
        );
        await putRows(store, ...rows);
        await index.compactDay(TENANT, FIRST);
        const query: CallQueryInput = { ...PERIOD, order: { by, direction: "desc" }, limit: 4 };
        const { rows: all } = await index.find({ ...query, limit: 50 });
        const seen: string[] = [];
        let cursor: string | null = null;
        let pages = 0;
        do {
          const page = await index.find(cursor === null ? query : { ...query, cursor });
          expect(page.rows.length).toBeLessThanOrEqual(4);
          seen.push(...page.rows.map(({ callId }) => callId));
          cursor = page.next;
          pages += 1;
          // Before, among and behind what was read, in open and in closed days, and one of them is compacted meanwhile.
          await putRows(store, callRow(callIdOn(TODAY, `new${pages}`), { percent: pages % 3 }));
          await putLateRows(store, callRow(callIdOn(FIRST, `new${pages}`), { percent: null }));
          if (pages === 3) await index.compactDay(TENANT, FIRST);
        } while (cursor !== null);
        expect(seen.filter((callId) => callId.includes("old"))).toEqual(all.map(({ callId }) => callId));
        expect(new Set(seen).size).toBe(seen.length);
      },
    );

    it("ends with the last call, with no empty page behind it", async () => {
      const { store, index } = world();
      await putRows(store, ...["a", "b", "c", "d"].map((name) => callRow(callIdOn(TODAY, name))));
      const first = await index.find({ ...PERIOD, limit: 2 });
      expect(first.total).toBe(4);
      const second = await index.find({ ...PERIOD, limit: 2, cursor: first.next ?? "" });
      expect(second.rows).toHaveLength(2);
      expect(second.next).toBeNull();
    });

    it("refuses the cursor of another question and one that was made up", async () => {
      const { store, index } = world();
      await putRows(store, callRow(callIdOn(TODAY, "a")), callRow(callIdOn(TODAY, "b")));
      const { next } = await index.find({ ...PERIOD, limit: 1 });
      const cursor = next ?? "";
      const wrong: Partial<CallQueryInput>[] = [
        { cursor, agentIds: ["11"] },
        { cursor, order: { by: "startedAt", direction: "asc" } },
        { cursor, tenant: "other" },
        { cursor: "WA" },
        { cursor: "" },
        { cursor: `${cursor.slice(0, -4)}AAAA` },
      ];
      for (const differs of wrong)
        await expect(index.find({ ...PERIOD, limit: 1, ...differs })).rejects.toMatchObject({
          code: "query.cursor",
        });
      expect((await index.find({ ...PERIOD, limit: 5, cursor })).rows).toHaveLength(1);
    });
  });
}
