import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import {
  appendFile,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesStore } from "../../../adapters/store/files.ts";
import { readBytes, readText } from "../../../core/store-json.ts";
import { streamOf } from "../../store/conformance-bodies.ts";
import { keysOf } from "../../store/conformance-lists.ts";

describe("filesStore, in a folder that people use too", () => {
  let outside: string;
  let directory: string;
  beforeEach(async () => {
    outside = await mkdtemp(join(tmpdir(), "store-"));
    directory = join(outside, "data", "bucket");
  });
  afterEach(() => rm(outside, { recursive: true, force: true }));

  it("takes files that people drop for objects, but no hidden ones", async () => {
    const store = filesStore({ directory });
    await mkdir(join(directory, "uploads/default/.Trashes"), { recursive: true });
    const uploads = join(directory, "uploads/default");
    for (const name of ["Запись №5 (копия).mp3", ".DS_Store", "._Запись.mp3", ".Trashes/old.mp3"])
      await writeFile(join(uploads, name), "dropped");
    expect(await keysOf(store, "")).toEqual(["uploads/default/Запись №5 (копия).mp3"]);
    expect(await keysOf(store, "uploads/default/.")).toEqual([]);
    expect(await keysOf(store, "uploads/default/.Trashes/")).toEqual([]);
    expect(await readText(store, "uploads/default/Запись №5 (копия).mp3")).toBe("dropped");
  });

  it("leaves out names that are no UTF-8 or no safe key, and lists the rest", async () => {
    const store = filesStore({ directory });
    await mkdir(join(directory, "uploads"), { recursive: true });
    const windows1251 = Buffer.from([0xe7, 0xe2, 0xee, 0xed, 0xee, 0xea]);
    await writeFile(Buffer.concat([Buffer.from(join(directory, "uploads/")), windows1251]), "x");
    await writeFile(join(directory, "uploads/line\nbreak.mp3"), "x");
    await writeFile(join(directory, "uploads/fine.mp3"), "x");
    expect(await keysOf(store, "")).toEqual(["uploads/fine.mp3"]);
  });

  it("takes the moment when a file came, not the time that it brought along", async () => {
    const store = filesStore({ directory });
    await mkdir(join(directory, "uploads"), { recursive: true });
    const old = join(outside, "old.mp3");
    await writeFile(old, "recorded long ago");
    await utimes(old, new Date("2020-01-01"), new Date("2020-01-01"));
    const before = Date.now();
    await rename(old, join(directory, "uploads/old.mp3"));
    const { modifiedAt } = (await store.get("uploads/old.mp3"))!;
    expect(modifiedAt.getTime()).toBeGreaterThan(before - 1000);
    for await (const listed of store.list("uploads/")) expect(listed.modifiedAt).toEqual(modifiedAt);
  });

  it("notices that a person replaced or edited a file", async () => {
    const store = filesStore({ directory });
    for (const [key, sizeBytes] of [
      ["small", 100],
      ["large", 1_000_000],
    ] as const) {
      const put = await store.put(key, streamOf(sizeBytes));
      if (!put.written) throw new Error("an unconditional write is always written");
      await appendFile(join(directory, key), "by hand");
      expect((await store.get(key))?.etag).not.toBe(put.etag);
      expect(await store.put(key, "new", { ifMatch: put.etag })).toEqual({ written: false });
    }
  });

  it("fails rather than mix two versions when an object is replaced between get and reading", async () => {
    const store = filesStore({ directory });
    await store.put("one", streamOf(1_000_000));
    const unread = (await store.get("one"))!;
    const begun = (await store.get("one"))!.body.getReader();
    await begun.read();
    await store.put("one", streamOf(2_000_000));
    await expect(readBytes(unread)).rejects.toMatchObject({ code: "store.changed" });
    // An opened file stays the one it was.
    let leftBytes = 1_000_000 - 256 * 1024;
    for (let next = await begun.read(); !next.done; next = await begun.read()) leftBytes -= next.value.length;
    expect(leftBytes).toBe(0);
  });

  it("fails when a file is still being copied while it is read", async () => {
    const store = filesStore({ directory });
    await store.put("one", streamOf(1_000_000));
    const reader = (await store.get("one"))!.body.getReader();
    await reader.read();
    await appendFile(join(directory, "one"), "more");
    const rest = async () => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: "store.changed" });
  });

  it("does not follow links, neither out of the bucket nor in a circle", async () => {
    const store = filesStore({ directory });
    await store.put("real/one", "1");
    await writeFile(join(outside, "secret"), "secret");
    await symlink(join(outside, "secret"), join(directory, "file-out"));
    await symlink(outside, join(directory, "folder-out"));
    await symlink(directory, join(directory, "circle"));
    expect(await keysOf(store, "")).toEqual(["real/one"]);
    expect(await keysOf(store, "folder-out/")).toEqual([]);
    expect(await store.get("file-out")).toBeUndefined();
    expect(await store.get("folder-out/secret")).toBeUndefined();
    await expect(store.put("folder-out/new", "x")).rejects.toMatchObject({ code: "store.path_taken" });
    await store.delete("folder-out/secret");
    await store.put("file-out", "an object instead of the link");
    expect(await readFile(join(outside, "secret"), "utf8")).toBe("secret");
    expect(existsSync(join(outside, "new"))).toBe(false);
  });

  it("works in a folder that is itself behind a link", async () => {
    await mkdir(join(outside, "disk"));
    await symlink(join(outside, "disk"), join(outside, "linked"));
    const store = filesStore({ directory: join(outside, "linked") });
    await store.put("a/b", "1");
    expect(await readFile(join(outside, "disk/a/b"), "utf8")).toBe("1");
    expect(await keysOf(store, "a/")).toEqual(["a/b"]);
  });

  it("does not wait for a pipe that somebody left in the bucket", async () => {
    const store = filesStore({ directory });
    await store.put("a", "1");
    execFileSync("mkfifo", [join(directory, "pipe")]);
    expect(await store.get("pipe")).toBeUndefined();
    expect(await keysOf(store, "")).toEqual(["a"]);
  });

  it("begins again when somebody removes the whole folder", async () => {
    const store = filesStore({ directory });
    await store.put("a", "1");
    await rm(directory, { recursive: true });
    expect(await store.get("a")).toBeUndefined();
    await store.put("a", "2", { ifAbsent: true });
    expect(await readText(store, "a")).toBe("2");
  });

  it("does not take a second name of a file for another version", async () => {
    const store = filesStore({ directory });
    const put = await store.put("a", streamOf(100_000));
    await link(join(directory, "a"), join(outside, "backup"));
    expect(put).toEqual({ written: true, etag: (await store.get("a"))?.etag });
    await copyFile(join(outside, "backup"), join(directory, "b"));
    expect((await store.get("b"))?.sizeBytes).toBe(100_000);
  });
});
