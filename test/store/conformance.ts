import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { ListedObject, Store } from "../../core/ports/store.ts";
import { readBytes, readJson, readText, writeJson } from "../../core/store-json.ts";
import { probeConditionalWrites } from "../../core/store-probe.ts";

export interface StoreFixture {
  store: Store;
  close(): Promise<void>;
}

/** What every store promises, driver or fake. `open` gives an empty one. */
export function storeConformance(name: string, open: () => Promise<StoreFixture>): void {
  describe(`${name} keeps the promises of a store`, () => {
    let fixture: StoreFixture | undefined;
    const opened = async () => {
      fixture = await open();
      return fixture.store;
    };
    afterEach(async () => {
      await fixture?.close();
      fixture = undefined;
    });

    describe("reading back", () => {
      it.each([
        ["a text", "Добрый день, студия «Ёлка». 🙂"],
        ["an empty text", ""],
        ["bytes that are no text", new Uint8Array([0, 255, 254, 13, 10, 128])],
        ["a part of a larger buffer", new Uint8Array([1, 2, 3, 4]).subarray(1, 3)],
        ["an object on the border of what is read at once", new Uint8Array(64 * 1024).fill(7)],
        ["an object just over that border", new Uint8Array(64 * 1024 + 1).fill(8)],
      ])("gives back %s as it was", async (_what, body) => {
        const store = await opened();
        const put = await store.put("calls/one", body);
        const object = await store.get("calls/one");
        const bytes = Buffer.from(body);
        expect(object?.sizeBytes).toBe(bytes.length);
        expect(put).toEqual({ written: true, etag: object!.etag });
        expect(Buffer.from(await readBytes(object!)).equals(bytes)).toBe(true);
      });

      it.each([
        "uploads/default/Звонок с клиентом «Ёлка» — 20.11.mp3",
        "uploads/default/100% #1 + скидка? & 'да' = [x] {y} (z)!.mp3",
        "uploads/default/a+b c%20d.mp3",
        "uploads/default/🎧 запись.mp3",
        "uploads/default/é composed.mp3",
        "uploads/default/e\u0301 decomposed.mp3",
        "uploads/default/通話録音.wav",
        "uploads/default/...dots",
        "uploads/default/~tilde^caret`tick;semi:colon@at,comma",
        'uploads/default/<b>bold&amp;"quoted".wav',
        " leading and trailing spaces ",
      ])("keeps an object under the name %j", async (key) => {
        const store = await opened();
        await store.put(key, "x");
        expect(await readText(store, key)).toBe("x");
        // A leading dot would hide it from a list of files.
        if (!key.includes("/.")) expect((await keysOf(store, "")).includes(key)).toBe(true);
        await store.delete(key);
        expect(await store.get(key)).toBeUndefined();
      });

      it("takes names that differ in composition, case or an ending for different objects", async () => {
        const store = await opened();
        const keys = ["й.mp3", "и\u0306.mp3", "Й.mp3", "й.mp3 ", "й.mp"];
        for (const key of keys) await store.put(key, key);
        for (const key of keys) expect(await readText(store, key)).toBe(key);
      });

      it("answers undefined for an object that is not there", async () => {
        const store = await opened();
        await store.put("calls/one/call.json", "{}");
        expect(await store.get("calls/two/call.json")).toBeUndefined();
        expect(await store.get("calls/one")).toBeUndefined();
        expect(await store.get("calls/one/call.json/deeper")).toBeUndefined();
        expect(await store.get("calls/one/call.jso")).toBeUndefined();
        expect(await store.get(`calls/${"long".repeat(100)}`)).toBeUndefined();
      });

      it("says when the object came", async () => {
        const store = await opened();
        const before = Date.now();
        await store.put("one", "1");
        const { modifiedAt } = (await store.get("one"))!;
        // S3 gives whole seconds, and a disk's clock ticks coarsely.
        expect(modifiedAt.getTime()).toBeGreaterThan(before - 2000);
        expect(modifiedAt.getTime()).toBeLessThan(Date.now() + 2000);
        const [listed] = await collect(store.list("one"));
        expect(Math.abs(listed!.modifiedAt.getTime() - modifiedAt.getTime())).toBeLessThan(1001);
      });

      it("lets a body be cancelled before and in the middle of reading", async () => {
        const store = await opened();
        await store.put("big", streamOf(3_000_000));
        await (await store.get("big"))!.body.cancel();
        const reader = (await store.get("big"))!.body.getReader();
        expect((await reader.read()).value!.length).toBeGreaterThan(0);
        await reader.cancel();
        expect((await readBytes((await store.get("big"))!)).length).toBe(3_000_000);
      });
    });

    describe("streamed bodies", () => {
      it("stores a body of 20 MB whole", async () => {
        const store = await opened();
        const sizeBytes = 20_000_000;
        const put = await store.put("calls/recording.mp3", streamOf(sizeBytes), { sizeBytes });
        const object = (await store.get("calls/recording.mp3"))!;
        expect(object.sizeBytes).toBe(sizeBytes);
        expect(put).toEqual({ written: true, etag: object.etag });
        const hash = createHash("sha256");
        for await (const chunk of object.body) hash.update(chunk);
        const expected = createHash("sha256");
        for await (const chunk of streamOf(sizeBytes)) expected.update(chunk);
        expect(hash.digest("hex")).toBe(expected.digest("hex"));
      });

      it("stores a body that has nothing in it", async () => {
        const store = await opened();
        await store.put("empty", streamOf(0), { sizeBytes: 0 });
        expect(await readText(store, "empty")).toBe("");
      });

      it.each([0, 1_000, 10_000_000])(
        "leaves nothing of a body that throws after %i bytes",
        async (sizeBytes) => {
          const store = await opened();
          const broken = new Error("the recording was cut off");
          await expect(store.put("calls/recording.mp3", streamOf(sizeBytes, broken))).rejects.toBe(broken);
          expect(await store.get("calls/recording.mp3")).toBeUndefined();
          expect(await keysOf(store, "")).toEqual([]);
        },
      );

      it("keeps the old object when the body of the new one throws", async () => {
        const store = await opened();
        await store.put("one", "old");
        await expect(store.put("one", streamOf(10_000_000, new Error("cut off")))).rejects.toThrow("cut off");
        expect(await readText(store, "one")).toBe("old");
      });

      it.each([
        ["shorter", 100_000, 100_001],
        ["longer", 100_001, 100_000],
        ["much longer", 9_000_000, 10],
      ])("refuses a body that is %s than announced", async (_how, actualBytes, sizeBytes) => {
        const store = await opened();
        const put = store.put("one", streamOf(actualBytes), { sizeBytes });
        await expect(put).rejects.toMatchObject({ code: "store.size_mismatch" });
        expect(await store.get("one")).toBeUndefined();
      });

      it("closes a source that it does not read to the end", async () => {
        const store = await opened();
        let isClosed = false;
        async function* source() {
          try {
            while (true) yield new Uint8Array(1000);
          } finally {
            isClosed = true;
          }
        }
        await expect(store.put("one", source(), { sizeBytes: 10 })).rejects.toBeInstanceOf(VendorError);
        expect(isClosed).toBe(true);
      });
    });

    describe("conditional writes", () => {
      it("lets exactly one of 20 writers at once create an object", async () => {
        const store = await opened();
        const writers = Array.from({ length: 20 }, (_, n) => n);
        const results = await Promise.all(
          writers.map((n) => store.put("claims/one", `writer ${n}`, { ifAbsent: true })),
        );
        const winners = writers.filter((n) => results[n]!.written);
        expect(winners).toHaveLength(1);
        expect(await readText(store, "claims/one")).toBe(`writer ${winners[0]}`);
      });

      it("does not replace an object by a streamed one that must be the first", async () => {
        const store = await opened();
        await store.put("one", "first");
        expect(await store.put("one", streamOf(10_000_000), { ifAbsent: true })).toEqual({ written: false });
        expect(await readText(store, "one")).toBe("first");
      });

      it("creates an object again after it was removed", async () => {
        const store = await opened();
        await store.put("one", "first");
        await store.delete("one");
        expect(await store.put("one", "second", { ifAbsent: true })).toMatchObject({ written: true });
      });

      it.each([
        ["small", 10],
        ["large", 10_000_000],
      ])("replaces a %s object only where it is still the one that was read", async (_size, sizeBytes) => {
        const store = await opened();
        await store.put("one", streamOf(sizeBytes));
        const { etag, body } = (await store.get("one"))!;
        await body.cancel();
        const replaced = await store.put("one", streamOf(sizeBytes + 1), { ifMatch: etag });
        expect(replaced).toEqual({ written: true, etag: (await store.get("one"))!.etag });
        expect(await store.put("one", streamOf(sizeBytes + 2), { ifMatch: etag })).toEqual({
          written: false,
        });
        expect((await store.get("one"))!.sizeBytes).toBe(sizeBytes + 1);
      });

      it("takes an object that is gone for a lost race", async () => {
        const store = await opened();
        const put = await store.put("calls/one", "first");
        await store.delete("calls/one");
        if (!put.written) throw new Error("an unconditional write is always written");
        expect(await store.put("calls/one", "second", { ifMatch: put.etag })).toEqual({ written: false });
        expect(await store.put("calls/other", "second", { ifMatch: put.etag })).toEqual({ written: false });
        expect(await keysOf(store, "")).toEqual([]);
      });

      it("lets exactly one of 20 writers at once replace the object that all of them read", async () => {
        const store = await opened();
        await store.put("leases/one", "free");
        const { etag } = (await store.get("leases/one"))!;
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, n) => store.put("leases/one", `taken by ${n}`, { ifMatch: etag })),
        );
        expect(results.filter(({ written }) => written)).toHaveLength(1);
      });

      it("changes the etag with the content", async () => {
        const store = await opened();
        const etags = new Set<string>();
        for (const body of ["a", "b", "ab", new Uint8Array(100_000), new Uint8Array(100_000).fill(1)]) {
          const put = await store.put("one", body);
          if (put.written) etags.add(put.etag);
        }
        expect(etags.size).toBe(5);
      });

      it("is found to have conditional writes, and nothing is left of the trial", async () => {
        const store = await opened();
        expect(await probeConditionalWrites(store)).toBe(true);
        expect(await keysOf(store, "")).toEqual([]);
      });
    });

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
          "calls/default/2026-10-31/z/call.json",
          "calls/default/2026-11-20/a/call.json",
          "calls/default/2026-11-20/b/recording.mp3",
          "calls/default/2026-11-21/c/call.json",
          "calls/default-other/2026-11-21/c/call.json",
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

    it("removes an object, and once more without complaint", async () => {
      const store = await opened();
      await store.put("calls/default/2026-11-20/a/call.json", "{}");
      await store.put("calls/default/2026-11-20/b/call.json", "{}");
      await store.delete("calls/default/2026-11-20/a/call.json");
      await store.delete("calls/default/2026-11-20/a/call.json");
      await store.delete("never/was");
      await store.delete("calls/default");
      expect(await keysOf(store, "")).toEqual(["calls/default/2026-11-20/b/call.json"]);
    });

    it.each([
      "",
      "/a",
      "a/",
      "a//b",
      "../a",
      "a/../b",
      "./a",
      "a/.",
      "a\\b",
      "a\0b",
      "a\nb",
      "a".repeat(1025),
      "\ud800",
    ])("refuses the unsafe key %j everywhere, without repeating it", async (key) => {
      const store = await opened();
      for (const action of [
        () => store.get(key),
        () => store.put(key, "x"),
        () => store.put(key, "x", { ifAbsent: true }),
        () => store.delete(key),
      ])
        await expect(action()).rejects.toThrow("a bucket key must be a relative path of plain segments");
      expect(await keysOf(store, "")).toEqual([]);
    });

    describe("JSON", () => {
      const Call = z.object({ agent: z.string(), sec: z.number().nullish() });

      it("writes it for people and reads it back with its etag", async () => {
        const store = await opened();
        const put = await writeJson(store, "call.json", { agent: "Анна Ёжикова-Ким" });
        expect(await readText(store, "call.json")).toBe('{\n  "agent": "Анна Ёжикова-Ким"\n}\n');
        const read = await readJson(store, "call.json", Call);
        expect(read?.value).toEqual({ agent: "Анна Ёжикова-Ким" });
        expect(put).toEqual({ written: true, etag: read!.etag });
        expect(await writeJson(store, "call.json", {}, { ifAbsent: true })).toEqual({ written: false });
        expect(await readJson(store, "none.json", Call)).toBeUndefined();
      });

      it("reads a file that an editor began with a byte order mark", async () => {
        const store = await opened();
        await store.put("call.json", '\ufeff{ "agent": "Анна", "extra": 1 }\r\n');
        expect((await readJson(store, "call.json", Call))?.value).toEqual({ agent: "Анна" });
      });

      it.each(['{ "agent": "Анна"', "", '{ "agent": 5, "name": "Анна" }', "[]"])(
        "names the key of the unreadable %j and nothing in it",
        async (text) => {
          const store = await opened();
          await store.put("settings/default.json", text);
          const error = await readJson(store, "settings/default.json", Call).catch(
            (thrown: unknown) => thrown,
          );
          expect(error).toBeInstanceOf(VendorError);
          expect(error).toMatchObject({ code: "store.unreadable" });
          expect((error as Error).message).toMatch(/settings\/default\.json/);
          expect((error as Error).message).not.toMatch(/Анна/);
        },
      );
    });
  });
}

/** Chunks of an uneven size, the same ones every time; then, if given, an error. */
export async function* streamOf(sizeBytes: number, error?: Error): AsyncGenerator<Uint8Array> {
  const CHUNK = 65_521;
  for (let at = 0; at < sizeBytes; at += CHUNK)
    yield new Uint8Array(Math.min(CHUNK, sizeBytes - at)).fill((at / CHUNK) % 251);
  if (error) throw error;
}

export async function keysOf(store: Store, prefix: string): Promise<string[]> {
  return (await collect(store.list(prefix))).map(({ key }) => key);
}

export async function collect(objects: AsyncIterable<ListedObject>): Promise<ListedObject[]> {
  const all: ListedObject[] = [];
  for await (const object of objects) all.push(object);
  return all;
}
