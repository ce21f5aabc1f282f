import fc from "fast-check";
import { expect, it } from "vitest";
import { splitHead } from "../../core/stream-head.ts";

/** A stream of these chunks that tells how many were taken and whether it was cancelled. */
function source(chunks: string[]) {
  const state = { taken: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[state.taken];
        if (chunk === undefined) controller.close();
        else {
          state.taken += 1;
          controller.enqueue(Buffer.from(chunk));
        }
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state };
}

async function collect(whole: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of whole) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it("reads only what the head needs, and gives the whole body afterwards", async () => {
  const { body, state } = source(["ab", "cd", "ef", "gh"]);
  const split = await splitHead(body, 3);
  expect(Buffer.from(split.head).toString()).toBe("abcd");
  expect(split.ended).toBe(false);
  expect(state.taken).toBe(2);
  expect(await collect(split.whole())).toBe("abcdefgh");
});

it("knows a body that is shorter than the head", async () => {
  const split = await splitHead(source(["ab", "c"]).body, 10);
  expect(split.ended).toBe(true);
  expect(await collect(split.whole())).toBe("abc");
});

it("takes an empty body", async () => {
  const split = await splitHead(source([]).body, 10);
  expect(split.ended).toBe(true);
  expect(split.head).toHaveLength(0);
  expect(await collect(split.whole())).toBe("");
});

it("does not know yet that a body as long as the head has ended", async () => {
  const split = await splitHead(source(["abc"]).body, 3);
  expect(split.ended).toBe(false);
  expect(await collect(split.whole())).toBe("abc");
});

it("cancels the source when the reader stops early", async () => {
  const { body, state } = source(["ab", "cd", "ef"]);
  for await (const _chunk of (await splitHead(body, 1)).whole()) break;
  expect(state.cancelled).toBe(true);
});

it("cancels the source when only the head was wanted", async () => {
  const { body, state } = source(["ab", "cd", "ef"]);
  const split = await splitHead(body, 1);
  await split.cancel();
  expect(state).toEqual({ taken: 1, cancelled: true });
});

it("passes on the failure of the source, in the head and after it", async () => {
  const broken = (after: string[]) =>
    ReadableStream.from(
      (async function* () {
        for (const chunk of after) yield Buffer.from(chunk) as Uint8Array;
        throw new RangeError("connection reset");
      })(),
    );
  await expect(splitHead(broken(["a"]), 10)).rejects.toThrow("connection reset");
  const split = await splitHead(broken(["ab"]), 1);
  await expect(collect(split.whole())).rejects.toThrow("connection reset");
});

it("however the body is cut, it stays the same body", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string()), fc.nat(40), async (chunks, bytes) => {
      const split = await splitHead(source(chunks).body, bytes);
      const all = Buffer.from(chunks.join(""));
      expect(split.head.length).toBeGreaterThanOrEqual(Math.min(bytes, all.length));
      expect(await collect(split.whole())).toBe(all.toString());
    }),
  );
});
