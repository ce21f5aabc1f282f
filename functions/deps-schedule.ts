import { base, root, settingsOf } from "./deps-root.ts";
import type { SchedulePorts } from "./report/schedule.ts";

export const openSchedule = async (): Promise<SchedulePorts> => ({
  ...base(),
  tenant: root().config.tenant,
  settingsOf,
});
