import { crm, droppedRows } from "./deps-crm.ts";
import { base, root, settingsOf } from "./deps-root.ts";
import type { SweepPorts } from "./ingest/sweep.ts";

export const openSweep = async (): Promise<SweepPorts> => ({
  ...base(),
  tenant: root().config.tenant,
  everySec: root().config.sweepEverySec,
  crm,
  takeDroppedRows: () => {
    const dropped = droppedRows();
    const { count } = dropped;
    dropped.count = 0;
    return count;
  },
  settingsOf,
});
