import type { Clock } from "../../core/clock.ts";
import { loadScenario, type ScenarioCall } from "../../local/sandbox/scenario.ts";
import { type Day, planDay } from "./day.ts";
import { type LoadPortal, startLoadPortal } from "./portal.ts";
import { type LoadRecogniser, startLoadRecogniser } from "./recogniser.ts";
import { type LoadMessenger, type LoadModel, startLoadMessenger, startLoadModel } from "./writers.ts";

export interface LoadVendors {
  portal: LoadPortal;
  recogniser: LoadRecogniser;
  model: LoadModel;
  messenger: LoadMessenger;
  /** What `.env` would hold for them. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Stereo MP3 recordings of a first sale over which the model is asked once. */
const SAMPLES = ["balcony", "hundred-points", "office", "veranda"];

/** A day of so many calls, and what they sound like. */
export async function loadDay(
  calls: number,
  callsPerDay?: number,
): Promise<{ day: Day; samples: ScenarioCall[] }> {
  const scenario = await loadScenario();
  const samples = scenario.calls.filter(({ slug }) => SAMPLES.includes(slug));
  return { day: planDay(calls, samples.length, callsPerDay), samples };
}

export async function startLoadVendors(
  day: Day,
  samples: readonly ScenarioCall[],
  clock: Clock,
  bytesPerSec?: number,
): Promise<LoadVendors> {
  const portal = await startLoadPortal(day, samples, clock, bytesPerSec);
  const recogniser = await startLoadRecogniser(day, samples, clock);
  const model = await startLoadModel(samples, clock);
  const messenger = await startLoadMessenger(clock);
  const all = [portal, recogniser, model, messenger];
  return {
    portal,
    recogniser,
    model,
    messenger,
    env: Object.assign({}, ...all.map(({ env }) => env)),
    close: async () => void (await Promise.all(all.map((vendor) => vendor.close()))),
  };
}
