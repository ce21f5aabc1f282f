import { guarded, type HealthNews } from "../core/guarded-vendor.ts";
import type { VendorName } from "../core/vendor-health.ts";
import type { BusEvent } from "../events/catalog.ts";
import { healthEvent } from "../events/health-news.ts";
import { listenersOf } from "../events/pipeline.ts";
import { base, queue, root } from "./deps-root.ts";

/** The vendor's port, left alone while the vendor is known to refuse us or to be down. */
export function watched<Port extends object>(vendor: VendorName, port: Port): Port {
  const { tenant } = root().config;
  const { store, clock } = base();
  const announce = (news: HealthNews) => send(healthEvent(tenant, clock.now(), news));
  return guarded(port, { vendor, tenant, store, clock, announce });
}

export async function send(event: BusEvent): Promise<void> {
  for (const stage of listenersOf(event.type)) await queue().send(stage, [{ body: JSON.stringify(event) }]);
}
