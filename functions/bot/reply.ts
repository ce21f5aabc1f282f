import type { CallFilters } from "../../core/ask/asked.ts";
import type { StaffMember } from "../../core/ask/names.ts";
import type { Checklist } from "../../core/checklist.ts";
import type { CallIndex } from "../../core/ports/call-index.ts";
import { fitsButton, type NotifierFile } from "../../core/ports/notify.ts";
import type { Settings } from "../../core/settings.ts";
import type { Texts } from "../../locales/index.ts";
import { type Choice, keepChoices, type Shown } from "./memory.ts";
import type { BotPorts } from "./ports.ts";
import type { Scope } from "./scope.ts";

export type ReplyButton = { text: string; data: string } | { text: string; asks: Choice };

/** What the bot says to one question. */
export interface Reply {
  blocks: string[];
  buttons?: ReplyButton[][];
  files?: NotifierFile[];
  /** In the place of the message whose button was pressed. */
  replaces?: boolean;
  /** What «№ 3» or «почему?» is about from now on. */
  shown?: Partial<Shown>;
}

/** Everything that an answer is made of. */
export interface Asking {
  ports: BotPorts;
  /** Where it was asked. */
  chat: string;
  settings: Settings;
  texts: Texts;
  scope: Scope;
  /** As the asker may see it. */
  index: CallIndex;
  now: Date;
  staff: readonly StaffMember[];
  checklists: readonly Checklist[];
  shown: Shown;
  /** The call that the message which was replied to is about. */
  repliedRef: string | null;
  choice: Choice;
}

export const plainFilters: CallFilters = {
  order: "latest",
  limit: null,
  scores: null,
  status: null,
  direction: null,
  topic: null,
  checklistId: null,
};

/** The buttons as the messenger takes them: questions are kept in the bucket, since 64 bytes hold none. */
export async function storedButtons(
  rows: readonly (readonly ReplyButton[])[],
  ports: BotPorts,
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
