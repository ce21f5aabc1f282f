import { ConfigurationError } from "./errors.ts";
import { type ConditionalWrites, type ConditionSupport, NOT_IMPLEMENTED, type Store } from "./ports/store.ts";

/** An etag that no object has. */
const FOREIGN_ETAG = '"00000000000000000000000000000000"';

/**
 * What becomes of the conditions of writes, tried for real: some S3-compatible hosts take `If-None-Match` and ignore it, and then
 * two workers would both believe that a call is theirs. One writer after the other: whether the host also holds them in a race
 * is `probeRace`'s question.
 */
export async function probeConditionalWrites(
  store: Pick<Store, "put" | "delete">,
): Promise<ConditionalWrites> {
  const key = `settings/.probe-${crypto.randomUUID()}`;
  const gone = `${key}-gone`;
  try {
    // Without a condition first: a host that refuses this refuses the write.
    await store.put(gone, "first");
    await store.delete(gone);
    const ifAbsent = await supportOf(async () => {
      const first = await store.put(key, "first", { ifAbsent: true });
      const second = await store.put(key, "second", { ifAbsent: true });
      return first.written && !second.written;
    });
    const ifMatch = await supportOf(async () => {
      const stands = await store.put(key, "third");
      if (!stands.written) return false;
      const foreign = await store.put(key, "fourth", { ifMatch: FOREIGN_ETAG });
      // MinIO before August 2025 took it for fulfilled where there was no object (minio/minio, issue 21526).
      const absent = await store.put(gone, "fifth", { ifMatch: stands.etag });
      const own = await store.put(key, "sixth", { ifMatch: stands.etag });
      return !foreign.written && !absent.written && own.written;
    });
    return { ifAbsent, ifMatch };
  } finally {
    await store.delete(key);
    await store.delete(gone);
  }
}

async function supportOf(isHonoured: () => Promise<boolean>): Promise<ConditionSupport> {
  try {
    return (await isHonoured()) ? "honoured" : "ignored";
  } catch (error) {
    if (error instanceof ConfigurationError && error.code === NOT_IMPLEMENTED) return "refused";
    throw error;
  }
}

/** How many of so many writers at once were told that they had created the same object. One, where conditions hold. */
export async function probeRace(store: Pick<Store, "put" | "delete">, writers: number): Promise<number> {
  const key = `settings/.probe-${crypto.randomUUID()}`;
  try {
    const puts = Array.from({ length: writers }, (_, n) => store.put(key, `writer ${n}`, { ifAbsent: true }));
    return (await Promise.all(puts)).filter(({ written }) => written).length;
  } finally {
    await store.delete(key);
  }
}

export interface ConditionalWritesState {
  state: "honoured" | "emulated";
  /** What an emulation means to whoever runs the service. */
  meaning?: string;
}

/** In words for the log, the status and the health. */
export function describeConditionalWrites({ ifAbsent, ifMatch }: ConditionalWrites): ConditionalWritesState {
  const lacking = [
    ...(ifAbsent === "honoured" ? [] : [`If-None-Match (${ifAbsent})`]),
    ...(ifMatch === "honoured" ? [] : [`If-Match (${ifMatch})`]),
  ];
  if (lacking.length === 0) return { state: "honoured" };
  return {
    state: "emulated",
    meaning: `the bucket does not hold the conditions of writes, ${lacking.join(" and ")}, so the service looks before and after it writes: run ONE process on this bucket, for two that meet could pay twice for the same call`,
  };
}
