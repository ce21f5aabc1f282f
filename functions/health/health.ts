import { describeError } from "../../core/describe-error.ts";
import { VendorError } from "../../core/errors.ts";
import type { QueueAdmin, QueueStats } from "../../core/ports/queue.ts";
import type { ConditionalWrites, Store } from "../../core/ports/store.ts";
import { describeConditionalWrites } from "../../core/store-probe.ts";
import { readVendorHealth } from "../../core/vendor-health.ts";
import { stageNames } from "../../events/pipeline.ts";

/** Counts, codes and times only, since whoever can reach the address can read it. */
export interface Health {
  /** `ok`: the service itself works. A vendor that is down is no reason to restart it, and is named beside. */
  status: "ok" | "down";
  /** What cannot be asked, and the code of its error. */
  problems?: Record<string, string>;
  queues?: Record<string, QueueStats>;
  vendors?: Record<string, { state: string; code: string; since: string; until: string }>;
  /** `emulated`: the bucket does not hold them, and only one process may work on it (docs/storage.md). */
  conditional_writes?: "honoured" | "emulated";
}

export interface HealthSources {
  store: Store;
  queue: Pick<QueueAdmin, "stats">;
  tenant: string;
  conditionalWrites(): Promise<ConditionalWrites>;
  /** Throws when the bucket is gone, where reading tells that from an empty one: a folder that nobody has mounted. */
  assertBucket?(): Promise<void>;
  /** Whoever has not answered by then is down. */
  answerWithinMs: number;
}

/** How the service is; never an error, and never late. */
export async function healthOf(sources: HealthSources): Promise<Health> {
  const { queue, answerWithinMs } = sources;
  const [queues, bucket, writes] = await Promise.all([
    attempt(readQueues(queue), answerWithinMs),
    attempt(readBucket(sources), answerWithinMs),
    attempt(sources.conditionalWrites(), answerWithinMs),
  ]);
  const problems = {
    ...("code" in queues ? { queues: queues.code } : {}),
    ...("code" in bucket ? { bucket: bucket.code } : {}),
  };
  const isDown = Object.keys(problems).length > 0;
  return {
    status: isDown ? "down" : "ok",
    ...(isDown ? { problems } : {}),
    ...("value" in queues ? { queues: queues.value } : {}),
    ...("value" in bucket ? { vendors: unwell(bucket.value) } : {}),
    ...("value" in writes ? { conditional_writes: describeConditionalWrites(writes.value).state } : {}),
  };
}

async function readBucket({ store, tenant, assertBucket }: HealthSources) {
  await assertBucket?.();
  return readVendorHealth(store, tenant);
}

async function readQueues(queue: Pick<QueueAdmin, "stats">): Promise<Record<string, QueueStats>> {
  return Object.fromEntries(
    await Promise.all(stageNames.map(async (name) => [name, await queue.stats(name)] as const)),
  );
}

function unwell(vendors: Awaited<ReturnType<typeof readVendorHealth>>): NonNullable<Health["vendors"]> {
  return Object.fromEntries(
    vendors
      .filter(({ state }) => state !== "well")
      .map(({ vendor, state, code, since, until }) => [vendor, { state, code, since, until }]),
  );
}

async function attempt<T>(asked: Promise<T>, withinMs: number): Promise<{ value: T } | { code: string }> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new VendorError("health.no_answer", "there was no answer in time")),
      withinMs,
    );
  });
  try {
    return { value: await Promise.race([asked, tooLate]) };
  } catch (error) {
    const { code, error: name } = describeError(error);
    return { code: code ?? name };
  } finally {
    clearTimeout(timer);
  }
}
