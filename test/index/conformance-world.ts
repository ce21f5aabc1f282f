import { setClock } from "../../core/clock.ts";
import type { CallIndex, CallIndexUpkeep } from "../../core/ports/call-index.ts";
import type { Store } from "../../core/ports/store.ts";
import { memoryStore } from "../fakes/store.ts";
import { TENANT } from "./call-rows.ts";

/** Four days: the first two are closed, the third only just, the last one is today. */
export const DAYS = ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"] as const;
export const [FIRST, SECOND, , TODAY] = DAYS;
const NOW = "2026-11-19T21:30:00Z";

export const PERIOD = { tenant: TENANT, from: FIRST, to: TODAY };

export interface IndexOptions {
  store: Store;
  clock: ReturnType<typeof setClock>;
  timeZoneOf(tenant: string): Promise<string>;
}

export type OpenIndex = (options: IndexOptions) => CallIndex & CallIndexUpkeep & { close?(): Promise<void> };

/** A bucket with nothing in it and an index on it. */
export interface IndexWorld {
  clock: IndexOptions["clock"];
  store: Store;
  index: CallIndex & CallIndexUpkeep;
}

/** Everything that it opened is closed by `close`. */
export function indexWorlds(open: OpenIndex) {
  const opened: ReturnType<OpenIndex>[] = [];
  return {
    world(): IndexWorld {
      const clock = setClock(NOW);
      const store = memoryStore({ clock });
      const index = open({ store, clock, timeZoneOf: async () => "Europe/Moscow" });
      opened.push(index);
      return { clock, store, index };
    },
    async close() {
      for (const index of opened.splice(0)) await index.close?.();
    },
  };
}
