import { afterEach, describe } from "vitest";
import { findsCalls } from "./conformance-find.ts";
import { refusesNonsense } from "./conformance-questions.ts";
import { sumsCallsUp } from "./conformance-sums.ts";
import { keepsUp } from "./conformance-upkeep.ts";
import { indexWorlds, type OpenIndex } from "./conformance-world.ts";

/** Called once for each driver and once for the fake. */
export function callIndexConformance(name: string, open: OpenIndex): void {
  describe(name, () => {
    const { world, close } = indexWorlds(open);
    afterEach(close);

    findsCalls(world);
    refusesNonsense(world);
    sumsCallsUp(world);
    keepsUp(world);
  });
}
