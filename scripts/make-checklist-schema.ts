import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checklistJsonSchema } from "../core/checklist-import/json-schema.ts";

/** Publishes the schema that editors check checklists by: `node scripts/make-checklist-schema.ts`. A test fails when it is stale. */

const root = join(import.meta.dirname, "..");
const file = join(root, "checklists", "checklist.schema.json");

await writeFile(file, `${JSON.stringify(checklistJsonSchema(), null, 2)}\n`);
const { status } = spawnSync(join(root, "node_modules", ".bin", "biome"), ["format", "--write", file], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
