import * as z from "zod";
import { vendorHealthKey } from "./bucket-layout.ts";
import type { Clock } from "./clock.ts";
import type { Store } from "./ports/store.ts";
import { readJson, writeJson } from "./store-json.ts";
import { writeBackVendor } from "./write-back.ts";

export const VendorName = z.enum([
  "crm",
  ...Object.values(writeBackVendor),
  "speech",
  "llm",
  "llm-fallback",
  "notify",
]);
export type VendorName = z.infer<typeof VendorName>;

/** What the code of an error ends in that says: this vendor is not asked at the moment. */
export const PAUSED = ".paused";

/**
 * `health/<tenant>/<vendor>.json`, absent while all is well. `failing`: several requests in a row had no answer.
 * `paused`: it refuses us, or has failed for so long that a person should know.
 */
export const VendorHealth = z.object({
  vendor: VendorName,
  state: z.enum(["well", "failing", "paused"]),
  /** Of the error that began it. */
  code: z.string(),
  problem: z.string(),
  /** The port's method that failed: only its success proves that the trouble is over. */
  method: z.string(),
  /** ISO 8601, when the trouble began. */
  since: z.iso.datetime(),
  /** Attempts that failed since, one after the other. */
  failures: z.number().int(),
  /** ISO 8601: nobody is to ask before. */
  until: z.iso.datetime(),
  /** ISO 8601: from then on the supervisor is to be told. */
  tellAt: z.iso.datetime(),
  /** Whether the supervisor has been told of it. */
  announced: z.boolean(),
  /** ISO 8601, when it was over; null until then. */
  recoveredAt: z.iso.datetime().nullable(),
});
export type VendorHealth = z.infer<typeof VendorHealth>;

/** Every vendor's health as the bucket knows it; those of which nothing bad was ever known are missing. */
export async function readVendorHealth(store: Store, tenant: string): Promise<VendorHealth[]> {
  const found = await Promise.all(
    VendorName.options.map((vendor) => readJson(store, vendorHealthKey(tenant, vendor), VendorHealth)),
  );
  return found.flatMap((health) => health?.value ?? []);
}

/** Has every paused vendor asked again at once: the operator says that the cause is mended. Resolves to their names. */
export async function endPauses(store: Store, tenant: string, clock: Clock): Promise<VendorName[]> {
  const ended: VendorName[] = [];
  for (const vendor of VendorName.options) {
    const key = vendorHealthKey(tenant, vendor);
    const health = await readJson(store, key, VendorHealth);
    if (!health || health.value.state === "well" || Date.parse(health.value.until) <= clock.now().getTime())
      continue;
    const value = { ...health.value, failures: 0, until: clock.now().toISOString() };
    const { written } = await writeJson(store, key, value, { ifMatch: health.etag });
    if (written) ended.push(vendor);
  }
  return ended;
}
