import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { withTables } from "./markdown.ts";
import { faultTables } from "./rows.ts";

describe.each(faultTables)("$vendor", ({ rows }) => {
  it.each(rows)("$stage: $fault", async ({ outcome, run }) => {
    expect(await run()).toBe(outcome);
  });
});

describe("docs/reliability.md", () => {
  it("has the tables as they are here (write them anew with `node scripts/make-fault-table.ts`)", async () => {
    const page = await readFile("docs/reliability.md", "utf8");
    expect(page).toBe(withTables(page, faultTables));
  });

  it("tells every fault once for each stage", () => {
    for (const { rows } of faultTables) {
      const names = rows.map(({ stage, fault }) => `${stage}: ${fault}`);
      expect(names).toEqual([...new Set(names)]);
    }
  });
});
