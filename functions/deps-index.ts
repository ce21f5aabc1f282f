import { join } from "node:path";
import { duckDbCallIndex } from "../adapters/index/duckdb.ts";
import { once, root, settingsOf, store } from "./deps-root.ts";

export async function index() {
  const { config, clock } = root();
  return once("index", () =>
    duckDbCallIndex({
      store: store(),
      clock,
      timeZoneOf: async (tenant) => (await settingsOf(tenant)).timeZone,
      cacheDir: config.s3 ? undefined : join(config.dataDir, "index-cache"),
    }),
  );
}
