import { describe, expect, it } from "vitest";
import { CallQueryError } from "../../core/call-query.ts";
import { type IndexWorld, PERIOD } from "./conformance-world.ts";

export function refusesNonsense(world: () => IndexWorld): void {
  describe("a question that makes no sense", () => {
    it.each<[string, object]>([
      ["an unknown filter", { agent: "11" }],
      ["an unknown key inside", { checklist: { id: "a", name: "b" } }],
      ["an empty list", { agentIds: [] }],
      ["a day that is none", { from: "2026-02-30" }],
      ["a period that ends before it begins", { to: "2026-11-16" }],
      ["a period without end", { to: "2028-11-16" }],
      ["a tenant that is a path", { tenant: "../default" }],
      ["a percent above all", { percentFrom: 101 }],
      ["a status that is none", { statuses: ["lost"] }],
      ["blanks to look for", { text: " \n" }],
    ])("is refused by both: %s", async (_what, differs) => {
      const { index } = world();
      const asked = { ...PERIOD, ...differs };
      await expect(index.find(asked)).rejects.toBeInstanceOf(CallQueryError);
      await expect(index.aggregate(asked)).rejects.toMatchObject({ code: "query.malformed" });
    });

    it.each<[string, object]>([
      ["too many calls", { limit: 501 }],
      ["no calls", { limit: 0 }],
      ["an unknown order", { order: { by: "agent", direction: "asc" } }],
      ["groups of a page", { groupBy: ["agent"] }],
    ])("is refused when it asks for %s", async (_what, differs) => {
      const { index } = world();
      await expect(index.find({ ...PERIOD, ...differs })).rejects.toBeInstanceOf(CallQueryError);
    });

    it.each<[string, object]>([
      ["a page of groups", { limit: 5 }],
      ["an unknown dimension", { groupBy: ["phone"] }],
      ["a dimension twice", { groupBy: ["agent", "agent"] }],
      ["four dimensions", { groupBy: ["agent", "day", "status", "band"] }],
    ])("is refused when it asks for %s", async (_what, differs) => {
      const { index } = world();
      await expect(index.aggregate({ ...PERIOD, ...differs })).rejects.toBeInstanceOf(CallQueryError);
    });

    it("is told its mistakes by their places, without what stood there", async () => {
      const { index } = world();
      const error = await index
        .find({ ...PERIOD, agentIds: [""], text: "  " })
        .catch((thrown: unknown) => thrown);
      expect((error as Error).message).toMatch(/agentIds\.0: .+; text: there is no text to look for/);
    });
  });
}
