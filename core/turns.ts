import type { SpeechSegment } from "./ports/speech.ts";
import type { Speaker, Turn } from "./transcript.ts";

/** A pause inside one speaker's speech that does not yet end a turn. */
const SAME_TURN_PAUSE_SEC = 1.5;

/**
 * Makes turns of what was recognised: who speaks is `speakerOf`; stretches of one speaker that nobody interrupts become one turn.
 */
export function turnsOf(
  segments: readonly SpeechSegment[],
  speakerOf: (segment: SpeechSegment) => Speaker,
): Turn[] {
  const turns: Turn[] = [];
  const heard = segments.filter((segment) => segment.text.trim() !== "");
  for (const segment of heard.sort((a, b) => a.startSec - b.startSec || a.channel - b.channel)) {
    const speaker = speakerOf(segment);
    const before = turns.at(-1);
    const goesOn =
      before !== undefined &&
      before.speaker === speaker &&
      before.channel === segment.channel &&
      // Voices that are not told apart are not joined: two people would share a turn.
      speaker !== "unknown" &&
      segment.startSec - before.endSec < SAME_TURN_PAUSE_SEC;
    if (goesOn) {
      before.text = `${before.text} ${segment.text}`;
      before.endSec = Math.max(before.endSec, segment.endSec);
      for (const word of segment.words) before.words.push(word);
    } else {
      turns.push({
        n: turns.length,
        speaker,
        channel: segment.channel,
        ...(segment.voice === null ? {} : { voice: segment.voice }),
        startSec: segment.startSec,
        endSec: segment.endSec,
        text: segment.text,
        words: [...segment.words],
      });
    }
  }
  return turns;
}
