import type { CallIndexUpkeep } from "../../core/ports/call-index.ts";

/** After so long the rest is left to the next digest. */
const LONGEST_MS = 20_000;

/**
 * Brings the closed days of the index up to date, so that questions about weeks and months are quick. Nothing is lost when it never runs or stops in the
 * middle, so it has no marker and no claim.
 */
export async function compactClosedDays(tenant: string, upkeep: CallIndexUpkeep): Promise<number> {
  const startedAt = performance.now();
  let compacted = 0;
  // The latest days are asked about most.
  for (const day of (await upkeep.dirtyDays(tenant)).reverse()) {
    if (performance.now() - startedAt > LONGEST_MS) break;
    const { state } = await upkeep.compactDay(tenant, day);
    if (state === "compacted") compacted += 1;
  }
  return compacted;
}
