import { callIdOf } from "../../core/call.ts";
import { defaultSettings } from "../../core/settings.ts";
import type { SandboxAgent, SandboxCall } from "../../local/sandbox/bitrix24.ts";

/** What becomes of a call; all but `scored` are skipped. */
export type CallKind = "scored" | "missed" | "too-short" | "internal";

export interface DayCall {
  index: number;
  callId: string;
  kind: CallKind;
  /** When it ends and the portal posts its notice, in seconds since the working day began. */
  endsAtSec: number;
  /** How long after that its recording appears; null when there is none. */
  recordingAfterSec: number | null;
  /** Which of the sample recordings it sounds like. */
  sample: number;
  portalCall: SandboxCall;
}

export interface Day {
  /** `yyyy-mm-dd` in Moscow. */
  date: string;
  /** When work begins, in milliseconds since 1970. */
  beginsAtMs: number;
  lengthSec: number;
  /** In the order in which they end. */
  calls: DayCall[];
  agents: SandboxAgent[];
}

const BEGINS_AT = "2025-03-13T09:00:00+03:00";
const WHOLE_DAY = { calls: 18_000, lengthSec: 10 * 3600, agents: 300 };
/** How busy each hour from nine on is, beside the average of one. */
const BUSY = [0.8, 1.1, 1.4, 1.0, 0.7, 1.0, 1.4, 1.1, 0.9, 0.6];
const SHARE = { missed: 0.04, tooShort: 0.03, internal: 0.015 };
/** Two in a hundred recordings come minutes late, the others within a minute and a half. */
const LATE_SHARE = 0.02;
const SEED = 20_250_313;

/**
 * The same day for the same number of calls. Fewer calls make a shorter day that is as busy as the whole one, or as one of `callsPerDay`.
 */
export function planDay(count: number, samples: number, callsPerDay = WHOLE_DAY.calls): Day {
  const random = randomNumbers(SEED);
  const share = count / WHOLE_DAY.calls;
  const lengthSec = (WHOLE_DAY.lengthSec * count) / callsPerDay;
  const agents = Array.from({ length: Math.max(1, Math.round(WHOLE_DAY.agents * share)) }, (_value, at) => ({
    id: String(100 + at),
    firstName: "Анна",
    lastName: `Соколова-${at + 1}`,
    departmentIds: [3 + (at % 12)],
  }));
  const ends = Array.from({ length: count }, () => dayShare(random()) * lengthSec).sort((a, b) => a - b);
  const beginsAtMs = Date.parse(BEGINS_AT);
  const calls = ends.map((endsAtSec, index) => {
    const agent = agents[Math.floor(random() * agents.length)];
    return callOf({ index, endsAtSec, beginsAtMs, agentId: agent?.id ?? "", samples, random });
  });
  return { date: BEGINS_AT.slice(0, 10), beginsAtMs, lengthSec, calls, agents };
}

function callOf(input: {
  index: number;
  endsAtSec: number;
  beginsAtMs: number;
  agentId: string;
  samples: number;
  random: () => number;
}): DayCall {
  const { index, endsAtSec, beginsAtMs, agentId, samples, random } = input;
  const kind = kindOf(random());
  const durationSec = durationOf(kind, random());
  const startedAt = new Date(beginsAtMs + (endsAtSec - durationSec) * 1000);
  startedAt.setMilliseconds(0);
  const nativeId = `LOAD.${String(index).padStart(6, "0")}`;
  const isLate = random() < LATE_SHARE;
  const pause = random();
  return {
    index,
    callId: callIdOf("bitrix24", nativeId, startedAt, defaultSettings.timeZone),
    kind,
    endsAtSec,
    recordingAfterSec: kind === "scored" ? (isLate ? 180 + 300 * pause : 20 + 70 * pause) : null,
    sample: index % samples,
    portalCall: {
      nativeId,
      callType: random() < 0.5 ? "1" : "2",
      startedAt: startedAt.toISOString().replace(".000Z", "+00:00"),
      durationSec,
      failedCode: kind === "missed" ? "304" : "200",
      agentId,
      phone: `+7999${String(index).padStart(7, "0")}`,
      line: "+74950000042",
      category: kind === "internal" ? "internal" : "external",
    },
  };
}

function kindOf(draw: number): CallKind {
  const { missed, tooShort, internal } = SHARE;
  if (draw < missed) return "missed";
  if (draw < missed + tooShort) return "too-short";
  return draw < missed + tooShort + internal ? "internal" : "scored";
}

/** Two minutes and ten seconds on average: most calls are short, a few go on for a quarter of an hour. */
function durationOf(kind: CallKind, draw: number): number {
  if (kind === "missed") return 0;
  if (kind === "too-short") return 3 + Math.floor(draw * 15);
  return Math.round(25 + Math.min(900, -105 * Math.log(1 - draw)));
}

/** Where in the day, from 0 to 1, the share `draw` of its calls has ended. */
function dayShare(draw: number): number {
  let left = draw * BUSY.reduce((sum, weight) => sum + weight, 0);
  for (const [hour, weight] of BUSY.entries()) {
    if (left < weight) return (hour + left / weight) / BUSY.length;
    left -= weight;
  }
  return 1;
}

/** Numbers from 0 to 1 that look random and are the same in every run (the generator mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
