import { type ReadTurn, readTurns } from "../../../core/score/quotes.ts";
import type { Speaker, Turn } from "../../../core/transcript.ts";

export interface Line {
  speaker?: Speaker;
  text: string;
  /** Default: half a second after the line before. */
  startSec?: number;
  /** Default: half a second for each word. */
  endSec?: number;
  /** Default: the words of the text; `[]` for a recogniser that times no words. */
  words?: string[];
}

/** Turns with words of equal length. A bare string is said by the agent, one that begins with "К:" by the client. */
export function turnsFrom(...lines: (string | Line)[]): Turn[] {
  let nowSec = 0;
  return lines.map((line, n) => {
    const { speaker, text, startSec = nowSec, endSec, words } = typeof line === "string" ? bare(line) : line;
    const spoken = words ?? text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}-]*/gu) ?? [];
    const end = endSec ?? startSec + Math.max(1, spoken.length) * 0.5;
    const wordSec = (end - startSec) / Math.max(1, spoken.length);
    nowSec = end + 0.5;
    return {
      n,
      speaker: speaker ?? "agent",
      channel: 0,
      startSec,
      endSec: end,
      text,
      words: spoken.map((word, index) => ({
        text: word,
        startSec: startSec + index * wordSec,
        endSec: index === spoken.length - 1 ? end : startSec + (index + 1) * wordSec,
      })),
    };
  });
}

export function readLines(...lines: (string | Line)[]): ReadTurn[] {
  return readTurns(turnsFrom(...lines));
}

function bare(line: string): Line {
  return line.startsWith("К:") ? { speaker: "client", text: line.slice(2).trim() } : { text: line };
}
