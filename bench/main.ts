import { arch, availableParallelism, platform } from "node:os";
import { type PartName, parts, slowParts, usualSizes } from "./parts.ts";
import { table } from "./table.ts";

/** `npm run bench [-- <part>…]`: measures the parts one after the other and prints one table. A missed goal is no failure: the machine decides too. */

const known = Object.keys(parts) as PartName[];
const asked = process.argv.slice(2);
const stranger = asked.find((name) => !known.some((part) => part === name));
if (stranger !== undefined) {
  console.error(`There is no part "${stranger}": there are ${known.join(", ")}`);
  process.exit(1);
}

const startedAt = performance.now();
const chosen = known.filter((part) =>
  asked.length === 0 ? !slowParts.includes(part) : asked.includes(part),
);
const measured = [];
for (const part of chosen) measured.push(await parts[part](usualSizes));

console.log(table(measured.flatMap(({ rows }) => rows)));
console.log();
for (const note of measured.flatMap(({ notes }) => notes)) console.log(note);
const tookSec = (performance.now() - startedAt) / 1000;
console.log(
  `${availableParallelism()} cores, Node ${process.versions.node}, ${platform()} ${arch()}; took ${tookSec.toFixed(0)} s`,
);
