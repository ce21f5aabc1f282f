import type { Speaker, Transcript, Turn } from "../../core/transcript.ts";
import { CallerError } from "./caller-error.ts";

const WHO: readonly (readonly [RegExp, Speaker])[] = [
  [/^(?:менеджер|оператор|сотрудник|продавец|агент|manager|agent|operator|seller|м)$/iu, "agent"],
  [/^(?:клиент|покупатель|заказчик|client|customer|caller|к)$/iu, "client"],
];
/** Nobody knows when it was said, so the seconds are as if it was read aloud. */
const WORDS_PER_SEC = 2.5;

/**
 * A conversation as people paste it: each line begins with who speaks, «Менеджер: …»; a line without goes on with the one before.
 * @throws CallerError when nobody speaks, or one side alone
 */
export function transcriptOfText(callId: string, text: string, language: string): Transcript {
  const turns: Turn[] = [];
  let at = 0;
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    if (line === "") continue;
    const [, name, said] = /^([\p{L}]{1,20})\s*[:—–-]\s*(.*)$/u.exec(line) ?? [];
    const speaker = WHO.find(([pattern]) => pattern.test(name ?? ""))?.[1];
    const last = turns.at(-1);
    if (speaker === undefined && !last)
      throw new CallerError("text: begin each line with who speaks, «Менеджер: …» or «Клиент: …»");
    const words = speaker === undefined ? line : (said ?? "");
    const durationSec = Math.max(1, Math.round((words.split(/\s+/).length / WORDS_PER_SEC) * 10) / 10);
    const endSec = Math.round((at + durationSec) * 10) / 10;
    if (last && (speaker === undefined || speaker === last.speaker)) {
      last.text = `${last.text} ${words}`.trim();
      last.endSec = endSec;
    } else if (speaker !== undefined) {
      turns.push({ n: turns.length, speaker, channel: 0, startSec: at, endSec, text: words, words: [] });
    }
    at = endSec;
  }
  if (new Set(turns.map(({ speaker }) => speaker)).size < 2)
    throw new CallerError("text: a conversation of two sides is expected, «Менеджер: …» and «Клиент: …»");
  return {
    callId,
    language,
    durationSec: at,
    channels: 1,
    source: { name: "pasted", model: null },
    roles: { by: "operator", confidence: 1 },
    turns,
  };
}
