import { bitrix24 } from "../adapters/crm/bitrix24.ts";
import { crmPace } from "./deps-crm-pace.ts";
import { once, root } from "./deps-root.ts";
import { watched } from "./deps-watched.ts";

export async function crm() {
  const { config, clock } = root();
  const dropped = droppedRows();
  const onDroppedRows = (count: number) => {
    dropped.count += count;
  };
  return once("crm", () =>
    watched("crm", bitrix24({ ...config.bitrix24, clock, pace: crmPace(), onDroppedRows })),
  );
}

/** Counted up by the driver until the sweep takes them. */
export function droppedRows(): { count: number } {
  return once("dropped-rows", () => ({ count: 0 }));
}
