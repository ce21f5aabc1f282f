import { describe, expect, it } from "vitest";
import { indexRowKey } from "../../core/bucket-layout.ts";
import type { CallRow } from "../../core/call-row.ts";
import { leaveDirtyMark } from "../../core/dirty-mark.ts";
import { callIdOn, callRow, putLateRows, putRows, TENANT } from "./call-rows.ts";
import { DAYS, FIRST, type IndexWorld, PERIOD, SECOND, TODAY } from "./conformance-world.ts";

export function keepsUp(world: () => IndexWorld): void {
  describe("upkeep", () => {
    it("compacts days that are over for an hour, and none that is open", async () => {
      const { store, index, clock } = world();
      await putRows(store, ...DAYS.map((day) => callRow(callIdOn(day, "a"))));
      expect(await index.dirtyDays(TENANT)).toEqual([FIRST, SECOND]);
      expect(await index.compactDay(TENANT, FIRST)).toEqual({ state: "compacted", rows: 1 });
      expect(await index.compactDay(TENANT, FIRST)).toEqual({ state: "clean" });
      expect(await index.compactDay(TENANT, "2026-11-01")).toEqual({ state: "clean" });
      expect(await index.compactDay(TENANT, "2026-11-19")).toEqual({ state: "open" });
      expect(await index.compactDay(TENANT, TODAY)).toEqual({ state: "open" });
      expect(await index.dirtyDays(TENANT)).toEqual([SECOND]);
      clock.advance(3600);
      expect(await index.dirtyDays(TENANT)).toEqual([SECOND, "2026-11-19"]);
      expect(await index.dirtyDays("other")).toEqual([]);
    });

    it("shows a late change at once, and again after it was compacted", async () => {
      const { store, index } = world();
      const [one, other] = [callRow(callIdOn(FIRST, "a")), callRow(callIdOn(FIRST, "b"))];
      await putRows(store, one, other);
      await index.compactDay(TENANT, FIRST);
      expect(await index.dirtyDays(TENANT)).toEqual([]);
      for (const percent of [10, 20, 10]) {
        const changed: CallRow = { ...one, percent };
        await putLateRows(store, changed);
        const expected = { rows: [changed, other], total: 2, next: null };
        expect(await index.find(PERIOD)).toEqual(expected);
        expect(await index.dirtyDays(TENANT)).toEqual([FIRST]);
        expect(await index.compactDay(TENANT, FIRST)).toMatchObject({ state: "compacted" });
        expect(await index.find(PERIOD)).toEqual(expected);
        expect(await index.dirtyDays(TENANT)).toEqual([]);
      }
    });

    it("forgets a call whose row is gone", async () => {
      const { store, index } = world();
      const [one, other] = [callRow(callIdOn(FIRST, "a")), callRow(callIdOn(FIRST, "b"))];
      await putRows(store, one, other);
      await index.compactDay(TENANT, FIRST);
      for (const row of [one, other]) {
        await store.delete(indexRowKey(TENANT, row.callId));
        await leaveDirtyMark(store, TENANT, row.callId);
      }
      expect((await index.find(PERIOD)).rows).toEqual([]);
      await index.compactDay(TENANT, FIRST);
      expect((await index.find(PERIOD)).rows).toEqual([]);
      expect(await index.aggregate(PERIOD)).toMatchObject([{ calls: 0 }]);
      expect(await index.dirtyDays(TENANT)).toEqual([]);
    });

    it("brings an empty day of long ago to life", async () => {
      const { store, index } = world();
      const late = { ...PERIOD, from: "2026-01-05", to: "2026-01-06" };
      expect((await index.find(late)).total).toBe(0);
      await putLateRows(store, callRow(callIdOn("2026-01-05", "a")));
      expect((await index.find(late)).total).toBe(1);
      expect(await index.dirtyDays(TENANT)).toEqual(["2026-01-05"]);
      await index.compactDay(TENANT, "2026-01-05");
      expect((await index.find(late)).total).toBe(1);
    });
  });
}
