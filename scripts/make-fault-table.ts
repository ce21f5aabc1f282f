import { readFile, writeFile } from "node:fs/promises";
import { withTables } from "../test/faults/markdown.ts";
import { faultTables } from "../test/faults/rows.ts";

/**
 * Writes the tables of docs/reliability.md anew from the rows of `test/faults/`, whose test makes each fault happen and fails where the
 * outcome is another one.
 *
 *     node scripts/make-fault-table.ts
 */

const PAGE = "docs/reliability.md";

const page = withTables(await readFile(PAGE, "utf8"), faultTables);
if (page === undefined) {
  console.error(`${PAGE} lacks the two lines between which the tables stand`);
  process.exit(1);
}
await writeFile(PAGE, page);
const count = faultTables.reduce((sum, { rows }) => sum + rows.length, 0);
console.log(`${count} rows written to ${PAGE}`);
