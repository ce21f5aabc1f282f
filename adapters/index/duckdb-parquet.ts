import { columnNames, columns } from "./duckdb-columns.ts";
import { type Engine, literal } from "./duckdb-engine.ts";

const typed = Object.entries(columns)
  .map(([name, type]) => `${name}: ${literal(type)}`)
  .join(", ");

/** Rows written by `columnsLine`, one to a line, from a file of that name. */
export const fromLines = (file: string) =>
  `SELECT ${columnNames.join(", ")} FROM read_json(${literal(file)}, format = 'newline_delimited', columns = {${typed}})`;

export async function writeParquet(
  engine: Engine,
  source: string,
  file: string,
  compaction: string,
): Promise<void> {
  await engine.run(
    `COPY (SELECT * FROM (${source}) ORDER BY started_at, call_id) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {compaction: ${literal(compaction)}})`,
  );
}
