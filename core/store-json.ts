import type * as z from "zod";
import { VendorError } from "./errors.ts";
import type { PutOptions, PutResult, Store, StoredObject } from "./ports/store.ts";

/** The whole body in memory: for artefacts that are known to be small, never for recordings. */
export async function readBytes(object: StoredObject): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of object.body) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
  }
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The object as text; the byte order mark that some editors put in front is not part of it. */
export async function readText(store: Store, key: string): Promise<string | undefined> {
  const object = await store.get(key);
  return object && decode(await readBytes(object));
}

/**
 * The object and its etag, for a later `ifMatch`. People edit these files by hand, so an object that is not what
 * the schema says is no verdict on a call: it throws until somebody mends it, and names the key but nothing in it.
 */
export async function readJson<Schema extends z.ZodType>(
  store: Store,
  key: string,
  schema: Schema,
): Promise<{ value: z.output<Schema>; etag: string } | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  const parsed = schema.safeParse(parse(decode(await readBytes(object)), key));
  if (!parsed.success)
    throw new VendorError("store.unreadable", `${key} in the bucket lacks what is read from it`);
  return { value: parsed.data, etag: object.etag };
}

/** Indented and with a newline at its end, so that a person can read, compare and grep it. */
export function writeJson(
  store: Store,
  key: string,
  value: unknown,
  options: Pick<PutOptions, "ifAbsent" | "ifMatch"> = {},
): Promise<PutResult> {
  return store.put(key, `${JSON.stringify(value, null, 2)}\n`, {
    ...options,
    contentType: "application/json",
  });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function parse(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new VendorError("store.unreadable", `${key} in the bucket is not JSON`);
  }
}

/** Whether there is such an object; a request for it is cheaper than a listing. */
export async function exists(store: Store, key: string): Promise<boolean> {
  const object = await store.get(key);
  await object?.body.cancel();
  return object !== undefined;
}
