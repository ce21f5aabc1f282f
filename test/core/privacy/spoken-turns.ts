import type { Speaker, Turn } from "../../../core/transcript.ts";

/** «М:» says the agent («менеджер»), anything else the client. */
export function turnsSaying(...lines: string[]): Turn[] {
  return lines.map((line, n) => {
    const speaker: Speaker = line.startsWith("М: ") ? "agent" : "client";
    const text = line.replace(/^М: /, "");
    return {
      n,
      speaker,
      channel: speaker === "agent" ? 0 : 1,
      startSec: n * 5,
      endSec: n * 5 + 4,
      text,
      words: [],
    };
  });
}
