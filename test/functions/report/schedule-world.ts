import { indexRowKey } from "../../../core/bucket-layout.ts";
import { setClock } from "../../../core/clock.ts";
import { defaultSettings, type Settings } from "../../../core/settings.ts";
import { pipeline, stageNames, visibilitySec } from "../../../events/pipeline.ts";
import { announceDigests, type SchedulePorts } from "../../../functions/report/schedule.ts";
import { memoryQueue } from "../../fakes/queue.ts";
import { memoryStore } from "../../fakes/store.ts";

/** A bucket and queues on which the schedule runs. */
export function scheduleWorld() {
  const store = memoryStore();
  const queues = stageNames.map((name) => ({
    name,
    visibilitySec: visibilitySec(name),
    maxReceiveCount: pipeline[name].maxReceiveCount,
  }));
  const queue = memoryQueue({ queues });
  return {
    store,
    queue,
    /** The schedule runs at this moment. */
    run: (at: string | Date, changed: Partial<Settings> = {}, ports: Partial<SchedulePorts> = {}) =>
      announceDigests({
        store,
        queue,
        clock: setClock(at),
        tenant: "default",
        settingsOf: async () => ({ ...defaultSettings, ...changed }),
        ...ports,
      }),
    hasCall: (day: string) => store.put(indexRowKey("default", `${day.replaceAll("-", "")}-upload-1`), "{}"),
    /** The periods of the digests that are due, in order. */
    async due(): Promise<string[]> {
      const messages = await queue.receive("report", { max: 10, waitSec: 0, visibilitySec: 600 });
      return messages.map((message) => JSON.parse(message.body).subject);
    },
  };
}
