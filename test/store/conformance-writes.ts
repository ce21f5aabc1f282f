import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { VendorError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { readText } from "../../core/store-json.ts";
import { probeConditionalWrites, probeRace } from "../../core/store-probe.ts";
import { streamOf } from "./conformance-bodies.ts";
import { keysOf } from "./conformance-lists.ts";

export function writeConformance(opened: () => Promise<Store>): void {
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
      const both = { ifAbsent: "honoured", ifMatch: "honoured" };
      expect(await probeConditionalWrites(store)).toEqual(both);
      expect(await probeRace(store, 8)).toBe(1);
      expect(await keysOf(store, "")).toEqual([]);
    });
  });
}
