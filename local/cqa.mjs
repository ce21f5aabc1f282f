#!/usr/bin/env node
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

// The command may be started by any Node from 20 on; it runs on the one that the project brings.
const main = new URL("cli/main.ts", import.meta.url);
const own = fileURLToPath(
  new URL(`../node_modules/.bin/node${process.platform === "win32" ? ".cmd" : ""}`, import.meta.url),
);
const [major, minor] = process.versions.node.split(".").map(Number);

// Earlier ones either do not run TypeScript or warn about it.
if (major > 24 || (major === 24 && minor >= 12)) {
  await import(main);
} else if (existsSync(own)) {
  const child = spawn(own, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: "inherit",
    // A .cmd file is no program of its own.
    shell: process.platform === "win32",
  });
  // A terminal's Ctrl-C reaches both; a signal sent to this process alone must be passed on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
} else {
  console.error("cqa needs Node 24: run `npm ci` in the project's folder, which brings it");
  process.exit(1);
}
