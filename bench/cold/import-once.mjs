import { registerHooks } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

/** Imports a bundle in a process that has done nothing else. With `count` it also adds up what of the bundle was read, which takes time of its own. */

const [file, mode] = process.argv.slice(2);
const url = pathToFileURL(file);
const folder = pathToFileURL(dirname(file)).href;
let bytes = 0;
if (mode === "count") {
  registerHooks({
    load(address, context, next) {
      const loaded = next(address, context);
      if (address.startsWith(folder)) bytes += Buffer.byteLength(loaded.source);
      return loaded;
    },
  });
}
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const { handler } = await import(url.href);
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);
if (typeof handler !== "function") throw new Error("the bundle exports no handler");
process.stdout.write(JSON.stringify({ ms, cpuMs: (user + system) / 1000, bytes }));
// What a library has opened must not keep the process.
process.exit(0);
