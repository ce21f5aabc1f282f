import type { QueueAdmin } from "../core/ports/queue.ts";
import type { Store } from "../core/ports/store.ts";
import { readVendorHealth } from "../core/vendor-health.ts";
import { stageNames } from "../events/pipeline.ts";

/**
 * What `GET /health` answers. `ok` means that the service itself works: a vendor that is down is no reason to restart it, and is named beside.
 * Holds counts, codes and times only, since whoever can reach the port can read it.
 */
export async function healthOf({
  store,
  queue,
  tenant,
}: {
  store: Store;
  queue: QueueAdmin;
  tenant: string;
}): Promise<Record<string, unknown>> {
  const [queues, vendors] = await Promise.all([
    Promise.all(stageNames.map(async (name) => [name, await queue.stats(name)] as const)),
    readVendorHealth(store, tenant),
  ]);
  return {
    status: "ok",
    queues: Object.fromEntries(queues),
    vendors: Object.fromEntries(
      vendors
        .filter(({ state }) => state !== "well")
        .map(({ vendor, state, code, since, until }) => [vendor, { state, code, since, until }]),
    ),
  };
}
