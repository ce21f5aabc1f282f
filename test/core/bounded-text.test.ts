import { describe, expect, it } from "vitest";
import { readBoundedText } from "../../core/bounded-text.ts";

describe("a reply that is read up to a limit", () => {
  it("is its text where it fits, to the last byte", async () => {
    expect(await readBoundedText(new Response("да"), 4)).toBe("да");
    expect(await readBoundedText(new Response(""), 4)).toBe("");
    expect(await readBoundedText(new Response(null), 4)).toBe("");
  });

  it("is nothing where it has a byte too many", async () => {
    expect(await readBoundedText(new Response("даx"), 4)).toBeUndefined();
  });

  it("puts letters together that came in pieces, and leaves out a byte order mark", async () => {
    const bytes = Buffer.from("\ufeffёж");
    const body = ReadableStream.from([...bytes].map((byte) => Uint8Array.of(byte)));
    expect(await readBoundedText({ body }, 100)).toBe("ёж");
  });

  it("is let go of as soon as it is too long, and no more of it is asked for", async () => {
    let given = 0;
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          given += 1;
          controller.enqueue(new Uint8Array(1024));
        },
        cancel: () => {
          isCancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    expect(await readBoundedText({ body }, 10 * 1024)).toBeUndefined();
    expect({ given, isCancelled }).toEqual({ given: 11, isCancelled: true });
  });

  it("passes on what broke", async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new Error("reset")),
    });
    await expect(readBoundedText({ body }, 10)).rejects.toThrow("reset");
  });
});
