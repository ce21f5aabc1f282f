import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesStore } from "../../../adapters/store/files.ts";
import { ConfigurationError, VendorError } from "../../../core/errors.ts";
import { storeConformance } from "../../store/conformance.ts";
import { streamOf } from "../../store/conformance-bodies.ts";
import { keysOf } from "../../store/conformance-lists.ts";
import { leftovers } from "./files-leftovers.ts";

storeConformance("filesStore", async () => {
  const directory = await mkdtemp(join(tmpdir(), "store-"));
  return { store: filesStore({ directory }), close: () => rm(directory, { recursive: true, force: true }) };
});

describe("filesStore", () => {
  let outside: string;
  let directory: string;
  beforeEach(async () => {
    outside = await mkdtemp(join(tmpdir(), "store-"));
    directory = join(outside, "data", "bucket");
  });
  afterEach(() => rm(outside, { recursive: true, force: true }));

  it("writes objects as plain files that a person can open", async () => {
    await filesStore({ directory }).put("calls/default/2026-11-20/id/call.json", '{ "agent": "Анна" }\n');
    const path = join(directory, "calls/default/2026-11-20/id/call.json");
    expect(await readFile(path, "utf8")).toBe('{ "agent": "Анна" }\n');
    expect((await stat(path)).nlink).toBe(1);
  });

  it("makes nothing on the disk by reading alone", async () => {
    const store = filesStore({ directory });
    expect(await store.get("calls/one")).toBeUndefined();
    expect(await keysOf(store, "")).toEqual([]);
    await store.delete("calls/one");
    expect(existsSync(directory)).toBe(false);
  });

  it("leaves no file open when bodies are never read", async () => {
    const store = filesStore({ directory });
    await store.put("one", streamOf(1_000_000));
    const open = async () => (await readdir("/proc/self/fd")).length;
    const before = await open();
    for (let n = 0; n < 50; n += 1) await store.get("one");
    expect(await open()).toBeLessThan(before + 10);
  });

  it("says what to do where a file stands in the way of a folder, or a folder in that of a file", async () => {
    const store = filesStore({ directory });
    await store.put("a", "1");
    await store.put("b/c", "1");
    for (const [key, options] of [
      ["a/b", {}],
      ["a/b/c", { ifAbsent: true }],
      ["b", {}],
      ["b", { ifAbsent: true }],
    ] as const) {
      const error = await store.put(key, "x", options).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toMatchObject({ code: "store.path_taken" });
    }
    expect(await store.put("b", "x", { ifMatch: "1" })).toEqual({ written: false });
    expect(await keysOf(store, "")).toEqual(["a", "b/c"]);
  });

  it("says that a name is too long for a disk without repeating it", async () => {
    const store = filesStore({ directory });
    const error = await store.put(`uploads/${"Ж".repeat(200)}`, "x").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "store.name_too_long" });
    expect((error as Error).message).not.toMatch(/Ж/);
    expect(await leftovers(directory)).toBe(0);
  });

  it("keeps its own folder out of reach", async () => {
    const store = filesStore({ directory });
    await store.put("a", "1");
    for (const key of [".tmp/lock", ".tmp/x", ".TMP/lock"]) {
      await expect(store.get(key)).rejects.toBeInstanceOf(RangeError);
      await expect(store.put(key, "x")).rejects.toBeInstanceOf(RangeError);
      await expect(store.delete(key)).rejects.toBeInstanceOf(RangeError);
    }
    expect(await keysOf(store, ".tmp/")).toEqual([]);
  });

  it("removes folders that became empty, but not those in which people drop files", async () => {
    const store = filesStore({ directory });
    await store.put("uploads/default/calls/one.mp3", "1");
    await store.delete("uploads/default/calls/one.mp3");
    expect(await readdir(join(directory, "uploads"))).toEqual(["default"]);
    expect(await readdir(join(directory, "uploads/default"))).toEqual([]);
  });

  it("leaves no temporary files after writes that were written, lost or failed", async () => {
    const store = filesStore({ directory });
    await store.put("a", streamOf(100_000));
    await store.put("a", "lost", { ifAbsent: true });
    await store.put("a", "lost", { ifMatch: "other" });
    await store.put("a", streamOf(100_000, new Error("cut off"))).catch(() => undefined);
    await store.put("a/b", "no").catch(() => undefined);
    expect(await leftovers(directory)).toBe(0);
  });

  it("translates errors of the disk into words without a path", async () => {
    await writeFile(join(outside, "data"), "a file where DATA_DIR must be");
    const error = await filesStore({ directory })
      .put("Иванов.mp3", "x")
      .catch((thrown: unknown) => thrown);
    expect(error instanceof ConfigurationError || error instanceof VendorError).toBe(true);
    expect((error as Error).message).not.toMatch(/Иванов|store-/);
  });
});
