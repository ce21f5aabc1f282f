import { benchScore } from "./score.ts";
import { table } from "./table.ts";

const r = await benchScore({ turns: 1500, criteria: 25, runs: 30 });
console.log(table(r.rows));
