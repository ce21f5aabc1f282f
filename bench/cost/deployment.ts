import { alarmsOf } from "../../stacks/alarm-list.ts";

/** What stands in the cloud whether there are calls or not. */
export function countDeployment(): { alarms: number; dashboards: number } {
  const alarms = alarmsOf("cost", "api", { sweepEverySec: 600 }).length;
  // stacks/dashboard.ts makes one page of everything.
  return { alarms, dashboards: 1 };
}
