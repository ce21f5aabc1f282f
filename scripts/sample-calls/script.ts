import type { ScenarioCall, ScenarioModelAnswer, ScenarioVerdict } from "../../local/sandbox/scenario.ts";

/** One sample call as it is written by hand; sound, times and segments are made from it. */
export interface CallScript
  extends Pick<
    ScenarioCall,
    | "slug"
    | "nativeId"
    | "callType"
    | "startedAt"
    | "agentId"
    | "phone"
    | "entity"
    | "activityId"
    | "expected"
  > {
  failedCode?: string;
  category?: ScenarioCall["category"];
  recordingAfterSec?: number;
  recordingIsHtml?: true;
  /** Either what is heard, or how long the call lasted by the CRM when there is nothing to hear. */
  sound: Sound | { durationSec: number };
  turns: ScriptTurn[];
  model: ScenarioModelAnswer | null;
}

export interface Sound {
  encoding: "mp3" | "wav" | "ogg" | "flac";
  /** Stereo: the agent is on the left. */
  channels: 1 | 2;
  sampleRateHz: 8000 | 16000;
  clientVoice: Voice;
  /** How loud a steady noise of the road is, from 0 to 1; and how loud the client, 1 being as loud as the agent. */
  noise?: number;
  clientLevel?: number;
  /** The number that recognition gives the agent's voice in a mono recording; such numbers are arbitrary. */
  agentVoiceNumber?: 0 | 1;
}

export interface Voice {
  /** A variant of espeak-ng: f1 to f5, m1 to m8. */
  variant: string;
  wordsPerMinute: number;
  /** 0 to 99. */
  pitch: number;
}

export interface ScriptTurn {
  by: "agent" | "client";
  say: string;
  /** What recognition makes of parts of the turn: its mistakes, and numbers as digits. */
  heard: Record<string, string>;
  /** Pause before the turn; below 0 it begins while the other one still talks. Undefined: an ordinary pause. */
  afterSec: number | undefined;
}

type TurnOptions = { heard?: Record<string, string>; afterSec?: number };

export function agent(say: string, { heard = {}, afterSec }: TurnOptions = {}): ScriptTurn {
  return { by: "agent", say, heard, afterSec };
}

export function client(say: string, { heard = {}, afterSec }: TurnOptions = {}): ScriptTurn {
  return { by: "client", say, heard, afterSec };
}

export function met(comment: string, ...quotes: string[]): ScenarioVerdict {
  return { verdict: "met", level: "full", quotes, comment, advice: null };
}

export function partly(comment: string, advice: string, ...quotes: string[]): ScenarioVerdict {
  return { verdict: "partly", level: "partly", quotes, comment, advice };
}

export function notMet(comment: string, advice: string, ...quotes: string[]): ScenarioVerdict {
  return { verdict: "not_met", level: "none", quotes, comment, advice };
}

export function notApplicable(comment: string, ...quotes: string[]): ScenarioVerdict {
  return { verdict: "not_applicable", quotes, comment, advice: null };
}

export function uncertain(comment: string, ...quotes: string[]): ScenarioVerdict {
  return { verdict: "uncertain", quotes, comment, advice: null };
}

/** The verdict of a prohibited criterion: an absence has no quotes. */
export function notHeard(comment: string): ScenarioVerdict {
  return { verdict: "met", quotes: [], comment, advice: null };
}

export function heard(comment: string, advice: string, ...quotes: string[]): ScenarioVerdict {
  return { verdict: "not_met", quotes, comment, advice };
}
