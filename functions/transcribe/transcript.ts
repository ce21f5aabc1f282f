import type { Direction } from "../../core/call.ts";
import type { Recognised } from "../../core/ports/speech.ts";
import { decideRoles } from "../../core/roles.ts";
import type { Settings } from "../../core/settings.ts";
import type { Transcript } from "../../core/transcript.ts";
import { turnsOf } from "../../core/turns.ts";

/** Builds `transcript.json`. The length is never shorter than what was heard. */
export function makeTranscript(input: {
  callId: string;
  source: string;
  recognised: Recognised;
  channels: number;
  /** By the CRM or the audio file. */
  durationSec: number | null;
  direction: Direction | null;
  settings: Settings;
}): Transcript {
  const { recognised, channels, settings } = input;
  const { roles, speakerOf } = decideRoles(recognised.segments, {
    channels,
    agentChannel: settings.agentChannel,
    direction: input.direction,
  });
  const turns = turnsOf(recognised.segments, speakerOf);
  return {
    callId: input.callId,
    language: settings.locale,
    durationSec: turns.reduce((most, turn) => Math.max(most, turn.endSec), input.durationSec ?? 0),
    channels,
    source: { name: input.source, model: recognised.model },
    roles,
    turns,
  };
}
