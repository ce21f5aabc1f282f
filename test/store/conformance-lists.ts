import { describe, expect, it } from "vitest";
import type { ListedObject, Store } from "../../core/ports/store.ts";

export function listConformance(opened: () => Promise<Store>): void {
  describe("lists", () => {
    it("lists keys in the order of their UTF-8 bytes", async () => {
      const store = await opened();
      // The last two are the other way round in the order of JavaScript's strings.
      const keys = [
        "a!",
        "a.json",
        "a/b",
        "a/b.c",
        "a/c/d",
        "a0",
        "aЯ/x",
        "b",
        "Ё",
        "А",
        "я",
        "\uffee",
        "🎧",
      ];
      for (const key of keys.toReversed()) await store.put(key, key);
      const byBytes = keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      expect(await keysOf(store, "")).toEqual(byBytes);
      expect(byBytes.slice(-2)).toEqual(["\uffee", "🎧"]);
    });

    it.each([
      ["a whole folder", "calls/default/", 4],
      ["the middle of a folder's name", "calls/default/2026-11-", 3],
      ["the middle of a file's name", "calls/default/2026-11-20/b/rec", 1],
      ["a name without its folder's slash", "calls/default", 5],
      ["a whole key", "calls/default/2026-11-20/a/call.json", 1],
      ["Cyrillic", "uploads/default/Зв", 1],
      ["nothing", "", 7],
      ["what is not there", "calls/nobody/", 0],
      ["a file taken for a folder", "calls/default/2026-11-20/a/call.json/", 0],
      ["unsafe paths", "../", 0],
      ["unsafe paths inside", "calls/../", 0],
      ["an absolute path", "/", 0],
    ])("lists by a prefix that is %s", async (_what, prefix, count) => {
      const store = await opened();
      const keys = [
        "calls/default-other/2026-11-21/c/call.json",
        "calls/default/2026-10-31/z/call.json",
        "calls/default/2026-11-20/a/call.json",
        "calls/default/2026-11-20/b/recording.mp3",
        "calls/default/2026-11-21/c/call.json",
        "uploads/default/Звонок.mp3",
        "uploads/default/звонок.mp3",
      ];
      for (const key of keys) await store.put(key, key);
      const listed = await collect(store.list(prefix));
      expect(listed).toHaveLength(count);
      expect(listed.map(({ key }) => key)).toEqual(keys.filter((key) => key.startsWith(prefix)));
      expect(listed.every(({ key, sizeBytes }) => sizeBytes === Buffer.byteLength(key))).toBe(true);
    });

    it("lists 2,500 objects, each once", async () => {
      const store = await opened();
      const keys = Array.from(
        { length: 2500 },
        (_, n) => `index/default/2026-11-20/${String(n).padStart(5, "0")}.json`,
      );
      for (let at = 0; at < keys.length; at += 50)
        await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, "{}")));
      expect(await keysOf(store, "index/default/")).toEqual(keys);
    }, 60_000);

    it("shows in a list the etag that reading gives, or none", async () => {
      const store = await opened();
      for (const key of ["a/1", "a/2"]) await store.put(key, key);
      await store.put("a/2", "changed");
      for (const { key, etag } of await collect(store.list("a/"))) {
        const object = await store.get(key);
        await object?.body.cancel();
        expect([object?.etag, undefined]).toContain(etag);
      }
    });

    it("can be left in the middle of a list", async () => {
      const store = await opened();
      for (const key of ["a/1", "a/2", "b/1"]) await store.put(key, "");
      for await (const { key } of store.list("")) {
        expect(key).toBe("a/1");
        break;
      }
      expect(await keysOf(store, "")).toHaveLength(3);
    });
  });
}

export async function keysOf(store: Store, prefix: string): Promise<string[]> {
  return (await collect(store.list(prefix))).map(({ key }) => key);
}

export async function collect(objects: AsyncIterable<ListedObject>): Promise<ListedObject[]> {
  const all: ListedObject[] = [];
  for await (const object of objects) all.push(object);
  return all;
}
