import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";

export type Parameters = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** DuckDB in this process and in memory: it reads and writes nothing outside the given folder and fetches no extension. */
export interface Engine {
  run(sql: string, parameters?: Parameters): Promise<void>;
  rows(sql: string, parameters?: Parameters): Promise<Record<string, unknown>[]>;
  close(): void;
}

export interface EngineOptions {
  /** The only one that it may touch. */
  directory: string;
  threads?: number | undefined;
  memoryLimitMb?: number | undefined;
}

export async function openEngine({ directory, threads, memoryLimitMb }: EngineOptions): Promise<Engine> {
  // Seventy megabytes of native code, loaded by the few functions that ask the index and only when they do.
  const { DuckDBInstance, listValue } = await import("@duckdb/node-api");
  const instance: DuckDBInstance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    ...(threads === undefined ? {} : { threads: String(threads) }),
    ...(memoryLimitMb === undefined ? {} : { memory_limit: `${memoryLimitMb}MB` }),
  });
  const connection: DuckDBConnection = await instance.connect();
  // A file never changes under its name, so its footer is read once.
  await connection.run("SET parquet_metadata_cache = true");
  await connection.run(`SET allowed_directories = [${literal(directory)}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");

  const values = (parameters: Parameters): Record<string, DuckDBValue> =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [
        name,
        typeof value === "object" && value !== null ? listValue([...value]) : value,
      ]),
    );

  return {
    async run(sql, parameters = {}) {
      await connection.run(sql, values(parameters));
    },
    async rows(sql, parameters = {}) {
      const reader = await connection.runAndReadAll(sql, values(parameters));
      return reader.getRowObjectsJS() as Record<string, unknown>[];
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text of our own as SQL writes it, where a statement takes no parameter. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
