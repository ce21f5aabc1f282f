import type { Store } from "../../core/ports/store.ts";

/**
 * The worst that can happen to two runs of a stage at once: neither goes on from a read of the marker until the other one has read it
 * too, so both find it free. Later reads pass.
 */
export function meetingAtTheClaim(store: Store, what: "transcription" | "scoring", meetings: number): Store {
  let left = meetings;
  let waiting: (() => void) | undefined;
  return {
    ...store,
    async get(key) {
      const object = await store.get(key);
      if (left === 0 || !key.endsWith(`/published/${what}.json`)) return object;
      if (waiting) {
        waiting();
        waiting = undefined;
        left -= 1;
        return object;
      }
      await new Promise<void>((resolve) => {
        waiting = resolve;
      });
      return object;
    },
  };
}
