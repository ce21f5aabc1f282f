import { addDays } from "./ask/calendar.ts";
import type { StaffMember } from "./ask/names.ts";
import { dayIn } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { CallIndex } from "./ports/call-index.ts";
import type { Store } from "./ports/store.ts";

/** Whoever had no call for so long is not asked about. */
const DAYS = 120;
const KEPT_MS = 5 * 60_000;

const kept = new WeakMap<Store, Map<string, { at: number; staff: StaffMember[] }>>();

/** Everybody who had a call lately, for the names in questions: the CRM is not asked for it. */
export async function staffOf(
  index: CallIndex,
  { store, clock, tenant }: { store: Store; clock: Clock; tenant: string },
  timeZone: string,
): Promise<StaffMember[]> {
  const now = clock.now();
  const ofStore = kept.get(store) ?? new Map();
  kept.set(store, ofStore);
  const known = ofStore.get(tenant);
  if (known && Math.abs(now.getTime() - known.at) < KEPT_MS) return known.staff;
  const to = dayIn(timeZone, now);
  const period = { tenant, from: addDays(to, -DAYS), to };
  const [agents, departments] = await Promise.all([
    index.aggregate({ ...period, groupBy: ["agent"] }),
    index.aggregate({ ...period, groupBy: ["agent", "department"] }),
  ]);
  const staff = agents.flatMap(({ key, name }): StaffMember[] => {
    const id = key.agent ?? null;
    if (id === null) return [];
    const own = departments.filter((group) => group.key.agent === id);
    return [
      {
        id,
        name: name.agent ?? id,
        departments: own.flatMap((group) => (group.key.department ? [group.key.department] : [])),
      },
    ];
  });
  ofStore.set(tenant, { at: now.getTime(), staff });
  return staff;
}
