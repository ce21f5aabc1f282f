import type { HealthNews } from "../core/guarded-vendor.ts";
import { VendorPaused } from "./vendor-paused.ts";
import { VendorRecovered } from "./vendor-recovered.ts";

/** What a guarded port has to say, as the event that says it. */
export function healthEvent(tenant: string, time: Date, news: HealthNews): VendorPaused | VendorRecovered {
  const { vendor, since } = news;
  const common = { tenant, subject: vendor, time, distinct: since };
  return news.kind === "paused"
    ? VendorPaused.create({ ...common, data: { vendor, code: news.code, since } })
    : VendorRecovered.create({ ...common, data: { vendor, since } });
}
