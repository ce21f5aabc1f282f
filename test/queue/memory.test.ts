import { setClock } from "../../core/clock.ts";
import { memoryQueue } from "../fakes/queue.ts";
import { queueConformance } from "./conformance.ts";

queueConformance("the fake", () => {
  const clock = setClock("2026-11-20T10:00:00Z");
  return {
    open: async (queues) => memoryQueue({ clock: { ...clock, realMs: (ms) => ms }, queues }),
    close: async () => {},
    pass: clock.advance,
    astralCharacters: "carried",
    waitingSince: "told",
  };
});
