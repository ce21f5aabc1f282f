import { crm } from "./deps-crm.ts";
import { base, type Queue, settingsOf } from "./deps-root.ts";
import type { IngestPorts } from "./ingest/stage.ts";

export const openIngest = async (): Promise<IngestPorts & { queue: Queue }> => ({
  ...base(),
  crm,
  settingsOf,
});
