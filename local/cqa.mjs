#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

// The command may be started by any Node from 20 on; it runs on the one that the project brings.
const main = join(import.meta.dirname, "cli", "main.ts");
const own = join(
  import.meta.dirname,
  "..",
  "node_modules",
  ".bin",
  process.platform === "win32" ? "node.cmd" : "node",
);

if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import(main);
} else if (existsSync(own)) {
  const { status } = spawnSync(own, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exit(status ?? 1);
} else {
  console.error("cqa needs Node 24: run `npm ci` in the project's folder, which brings it");
  process.exit(1);
}
