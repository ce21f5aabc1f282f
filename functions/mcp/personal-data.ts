import { type Kind, kinds, readToken, TOKEN_PATTERN } from "../../core/privacy/kinds.ts";
import { maskTurns } from "../../core/privacy/mask-turns.ts";
import type { Turn } from "../../core/transcript.ts";

/** Phones never leave this way, whoever asks. */
const ALWAYS_MASKED: readonly Kind[] = ["phone"];

/** Where people's own words stand; everything else is ids, numbers and the company's own texts. */
const SPOKEN = new Set([
  "quote",
  "summary",
  "clientNeed",
  "client_need",
  "comment",
  "advice",
  "title",
  "reason",
  "text",
  "full_text",
]);

/** The value with personal numbers and e-mails in people's words replaced by tokens, as the model is shown them. */
export function withoutPersonalData<Value>(value: Value): Value {
  return walk(value, false) as Value;
}

function walk(value: unknown, isSpoken: boolean): unknown {
  if (typeof value === "string") return isSpoken ? masked(value) : value;
  if (Array.isArray(value)) return value.map((item) => walk(item, isSpoken));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, walk(item, SPOKEN.has(name))]),
  );
}

function masked(text: string): string {
  const turn: Turn = { n: 0, speaker: "unknown", channel: 0, startSec: 0, endSec: 0, text, words: [] };
  return maskTurns([turn]).turns[0]?.text ?? "";
}

const TOKEN = new RegExp(TOKEN_PATTERN, "giu");
const shownToAdmin = kinds.filter((kind) => !ALWAYS_MASKED.includes(kind));

/** The turns of a conversation as they may leave: masked over the whole conversation, so that a number dictated in parts is found. */
export function shownTurns(turns: readonly Turn[], options: { personalData: boolean }): Turn[] {
  const { turns: shown, unmask } = maskTurns(turns);
  if (!options.personalData) return shown;
  return shown.map((turn) => ({
    ...turn,
    text: turn.text.replace(TOKEN, (token) => {
      const kind = readToken(token)?.kind;
      return kind && shownToAdmin.includes(kind) ? unmask(token, turn.n) : token;
    }),
  }));
}
