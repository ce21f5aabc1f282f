import type { Store } from "./ports/store.ts";

/**
 * Whether the store lets exactly one writer win, tried for real: some S3-compatible hosts take `If-None-Match` and
 * ignore it, and then two workers would both believe that a call is theirs.
 */
export async function probeConditionalWrites(store: Store): Promise<boolean> {
  const key = `settings/.probe-${crypto.randomUUID()}`;
  try {
    const first = await store.put(key, "first", { ifAbsent: true });
    const second = await store.put(key, "second", { ifAbsent: true });
    return first.written && !second.written;
  } finally {
    await store.delete(key);
  }
}
