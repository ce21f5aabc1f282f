import * as z from "zod";
import { botChoicesKey } from "./bucket-layout.ts";
import { sha256 } from "./call.ts";
import { fitsButton } from "./ports/notify.ts";
import type { Store } from "./ports/store.ts";
import { VerdictValue } from "./scorecard.ts";
import { readJson, writeJson } from "./store-json.ts";

/** What the buttons under a message ask of the bot, where 64 bytes hold no question: it is kept in the bucket, and the button says where. */

interface Ports {
  store: Store;
  tenant: string;
}

/** What a button says about a verdict that somebody does not agree with. Who presses it is limited as if he had typed. */
const AppealChoice = z.object({
  callId: z.string(),
  criterionId: z.string(),
  /** `list` goes back from `reason`, `look` from `confirm`. */
  step: z.enum(["list", "reason", "look", "confirm", "decide"]),
  /** Which appeal is decided: a later one against the same verdict is not meant. */
  appealedAt: z.string().nullable().default(null),
  /** Null: the verdict stands. */
  accept: z.object({ verdict: VerdictValue, level: z.string().nullable() }).nullable().default(null),
  /** The chat that waits for the decision. */
  tell: z.string().nullable().default(null),
});
export type AppealChoice = z.infer<typeof AppealChoice>;

/** A question that a button asks: the words, as they were read then, and what was chosen since. */
export const Choice = z.object({
  text: z.string(),
  /** When it was asked: «вчера» stays the same day on the next page. */
  at: z.string(),
  /** By what was typed: the one who was meant, by id. */
  picks: z.record(z.string(), z.string()).optional(),
  /** Instead of the period that was read: first and last day. */
  days: z.object({ from: z.iso.date(), to: z.iso.date() }).optional(),
  offset: z.number().int().nonnegative().optional(),
  /** Instead of a question. */
  appeal: AppealChoice.optional(),
});
export type Choice = z.infer<typeof Choice>;

const Choices = z.object({ choices: z.array(Choice) });

/** Where the choices of one answer are kept. The same choices have the same key, so nothing is kept twice. */
export async function keepChoices(choices: readonly Choice[], { store, tenant }: Ports): Promise<string> {
  const key = sha256(JSON.stringify(choices)).slice(0, 20);
  await writeJson(store, botChoicesKey(tenant, key), { choices });
  return key;
}

export async function readChoice(
  key: string,
  number: number,
  { store, tenant }: Ports,
): Promise<Choice | undefined> {
  if (!/^[0-9a-f]{20}$/.test(key)) return undefined;
  return (await readJson(store, botChoicesKey(tenant, key), Choices))?.value.choices[number];
}

export type ReplyButton = { text: string; data: string } | { text: string; asks: Choice };

/** The buttons as the messenger takes them: questions are kept in the bucket, since 64 bytes hold none. */
export async function storedButtons(
  rows: readonly (readonly ReplyButton[])[],
  ports: Ports,
): Promise<{ text: string; data: string }[][]> {
  const choices = rows.flat().flatMap((button) => ("asks" in button ? [button.asks] : []));
  const key = choices.length === 0 ? "" : await keepChoices(choices, ports);
  let number = 0;
  return rows
    .map((row) =>
      row
        .map((button) => ("asks" in button ? { text: button.text, data: `o:${key}:${number++}` } : button))
        .filter(({ text, data }) => text.trim() !== "" && fitsButton(data)),
    )
    .filter((row) => row.length > 0);
}

/** In rows of so many. */
export function inRows<Item>(items: readonly Item[], perRow: number): Item[][] {
  const rows: Item[][] = [];
  for (let at = 0; at < items.length; at += perRow) rows.push(items.slice(at, at + perRow));
  return rows;
}
