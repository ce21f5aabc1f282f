import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readBytes, readJson, readText, writeJson } from "../../core/store-json.ts";
import { streamOf } from "./conformance-bodies.ts";
import { collect, keysOf, listConformance } from "./conformance-lists.ts";
import { writeConformance } from "./conformance-writes.ts";

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

    writeConformance(opened);
    listConformance(opened);

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
      ["empty", ""],
      ["absolute", "/a"],
      ["a folder", "a/"],
      ["with an empty segment", "a//b"],
      ["outside", "../a"],
      ["outside by a detour", "a/../b"],
      ["beginning with the current folder", "./a"],
      ["ending with the current folder", "a/."],
      ["with a backslash", "a\\b"],
      ["with a zero byte", "a\0b"],
      ["with a line break", "a\nb"],
      ["too long by a byte", "a".repeat(1025)],
      ["too long in Cyrillic", "ж".repeat(513)],
      ["half an emoji", "\ud83c"],
    ])("refuses a key that is %s everywhere, without repeating it", async (_what, key) => {
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
