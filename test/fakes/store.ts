import { type Clock, systemClock } from "../../core/clock.ts";
import { VendorError } from "../../core/errors.ts";
import { assertSafeKey, type Body, type Store } from "../../core/ports/store.ts";

interface Kept {
  content: Uint8Array;
  etag: string;
  modifiedAt: Date;
}

/** A bucket in memory, with every promise of the port; its objects are as old as the clock says. */
export function memoryStore({ clock = systemClock }: { clock?: Pick<Clock, "now"> } = {}): Store {
  const objects = new Map<string, Kept>();
  let writes = 0;

  return {
    async get(key) {
      assertSafeKey(key);
      const object = objects.get(key);
      if (!object) return undefined;
      const { content, etag, modifiedAt } = object;
      const body = ReadableStream.from<Uint8Array>(content.length > 0 ? [content.slice()] : []);
      return { body, sizeBytes: content.length, etag, modifiedAt };
    },

    async put(key, body, { sizeBytes, ifAbsent, ifMatch } = {}) {
      assertSafeKey(key);
      const content = await collect(body, sizeBytes ?? Number.POSITIVE_INFINITY);
      if (sizeBytes !== undefined && content.length !== sizeBytes) throw wrongSize();
      const before = objects.get(key);
      if (ifAbsent && before) return { written: false };
      if (ifMatch !== undefined && before?.etag !== ifMatch) return { written: false };
      writes += 1;
      const etag = `"${writes}"`;
      objects.set(key, { content, etag, modifiedAt: clock.now() });
      return { written: true, etag };
    },

    async *list(prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))) {
        const object = objects.get(key);
        if (!object) continue;
        const { content, etag, modifiedAt } = object;
        yield { key, sizeBytes: content.length, modifiedAt, etag };
      }
    },

    async delete(key) {
      assertSafeKey(key);
      objects.delete(key);
    },
  };
}

async function collect(body: Body, mostBytes: number): Promise<Uint8Array> {
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return body.slice();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > mostBytes) throw wrongSize();
    chunks.push(chunk.slice());
  }
  return Buffer.concat(chunks);
}

function wrongSize(): VendorError {
  return new VendorError("store.size_mismatch", "a body was not as long as announced");
}
