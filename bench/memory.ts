import { loadScenario } from "../local/sandbox/scenario.ts";
import { startChild } from "./child.ts";
import { callEndedOf, nativeIdOf } from "./instant-vendors.ts";
import { median } from "./statistics.ts";
import { startStreamingVendors } from "./streaming-vendors.ts";
import { figure, type Row } from "./table.ts";
import { inTemporaryFolder } from "./temporary.ts";

/** Of the difference between two recordings that are both large. */
const GOAL_SHARE = 0.1;
const SAMPLE = "office";

export interface MemorySize {
  smallMb: number;
  /** Large enough for the buffers that wait to be collected: V8 lets some 64 MB of them gather, whatever the size. */
  mediumMb: number;
  largeMb: number;
  rounds: number;
}

/** Whether a large recording needs more memory than a small one, from the portal to the bucket and from the bucket to the recogniser. */
export async function benchMemory({ smallMb, mediumMb, largeMb, rounds }: MemorySize) {
  const peaks = new Map<number, number[]>([smallMb, mediumMb, largeMb].map((sizeMb) => [sizeMb, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [sizeMb, list] of peaks) list.push(await peakMb(sizeMb * 1e6));
  }
  const peak = (sizeMb: number) => median(peaks.get(sizeMb) ?? []);
  const grownMb = peak(largeMb) - peak(mediumMb);
  const goalMb = GOAL_SHARE * (largeMb - mediumMb);
  const row = { part: "memory", floor: null, ratio: null, goal: null };
  const rows: Row[] = [
    ...[...peaks.keys()].map((sizeMb) => ({
      ...row,
      what: `peak RSS, MB, for ${sizeMb} MB of sound`,
      measured: figure(peak(sizeMb)),
    })),
    {
      ...row,
      what: `growth, MB, ${smallMb} to ${largeMb} MB`,
      measured: signed(peak(largeMb) - peak(smallMb)),
    },
    {
      ...row,
      what: `growth, MB, ${mediumMb} to ${largeMb} MB`,
      measured: signed(grownMb),
      goal: { text: `< ${figure(goalMb)}`, met: grownMb < goalMb },
    },
  ];
  return { rows, notes: [] };
}

function signed(mb: number): string {
  return `${mb < 0 ? "" : "+"}${mb.toFixed(1)}`;
}

/** A process of its own for each recording: the peak of a process never falls. */
function peakMb(recordingBytes: number): Promise<number> {
  return inTemporaryFolder(async (folder) => {
    const sample = (await loadScenario()).calls.find(({ slug }) => slug === SAMPLE)!;
    const vendors = await startStreamingVendors(sample, nativeIdOf(0), recordingBytes);
    const child = startChild("memory-worker.ts");
    try {
      const env = { ...vendors.env, DATA_DIR: folder };
      const event = JSON.stringify(callEndedOf(0, sample));
      const { peakBytes } = await child.ask<{ peakBytes: number }>({ env, event });
      if (vendors.uploadedBytes() !== recordingBytes) throw new Error("the recording was not uploaded whole");
      return peakBytes / 1e6;
    } finally {
      await child.end();
      await vendors.close();
    }
  });
}
