import { availableParallelism } from "node:os";
import { benchPipeline } from "./pipeline.ts";
import { table } from "./table.ts";

const r = await benchPipeline({ calls: 100, rounds: Number(process.argv[2] ?? 5) });
console.log(availableParallelism());
console.log(table(r.rows));
console.log(r.notes.join("\n"));
