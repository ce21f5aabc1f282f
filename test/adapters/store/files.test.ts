import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesStore } from "../../../adapters/store/files.ts";
import { storeConformance } from "../../store/conformance.ts";

storeConformance("filesStore", async () => {
  const directory = await mkdtemp(join(tmpdir(), "store-"));
  return { store: filesStore({ directory }), close: () => rm(directory, { recursive: true, force: true }) };
});
