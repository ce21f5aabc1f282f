import type { Question } from "../../core/ask/asked.ts";
import { callButtonData } from "../../core/button-data.ts";
import { dayIn } from "../../core/call.ts";
import type { CallRow } from "../../core/call-row.ts";
import { inRows } from "../../core/chat-choices.ts";
import { isOwnError } from "../../core/errors.ts";
import type { Llm } from "../../core/ports/llm.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { maskTurns } from "../../core/privacy/mask-turns.ts";
import { italic, momentWords, scoreWords, whoOf } from "./answer-words.ts";
import { FreeStep, freeInstructions, freeStepSchema } from "./free-steps.ts";
import { freeTools } from "./free-tools.ts";
import type { Asking, Reply } from "./reply.ts";

const ROUNDS = 4;
/** The messenger waits for us no longer than a minute; a round may take half of it. */
const LAST_ROUND_AFTER_MS = 25_000;
const MAX_INPUT = 40_000;
const MAX_CALLS = 10;

/**
 * A question that the rules cannot read, by a model that may ask the index and read scorecards. It sees only what the asker may see, for it asks by
 * the asker's own index; and what it says stands only with a call that a query has returned. Undefined when there is no model, or none that answers:
 * then the rules' own answer is given.
 */
export async function answerFreely({ text }: Question, asking: Asking): Promise<Reply | undefined> {
  const llm = await asking.ports.llm();
  if (!llm || text.trim() === "") return undefined;
  try {
    return await converse(text, asking, llm);
  } catch (error) {
    if (isOwnError(error)) return undefined;
    throw error;
  }
}

async function converse(text: string, asking: Asking, llm: Llm): Promise<Reply | undefined> {
  const { settings, ports, now } = asking;
  const tools = freeTools(asking);
  const startedMs = ports.clock.now().getTime();
  const said: unknown[] = [
    {
      today: dayIn(settings.timeZone, now),
      agents: tools.agents,
      question: masked(text, settings.maskPersonalData),
    },
  ];
  for (let round = 1; round <= ROUNDS; round++) {
    const isLast = round === ROUNDS || ports.clock.now().getTime() - startedMs > LAST_ROUND_AFTER_MS;
    const answer = await llm.ask({
      instructions: freeInstructions(settings.locale),
      input: JSON.stringify({ stepsLeft: isLast ? 1 : ROUNDS - round + 1, conversation: said }).slice(
        -MAX_INPUT,
      ),
      schema: freeStepSchema,
    });
    const step = answer.kind === "json" ? FreeStep.safeParse(answer.value).data : undefined;
    if (!step) return undefined;
    if (step.action === "answer") return claimsReply(step.claims, tools.calls, asking);
    if (isLast) return undefined;
    const result = JSON.stringify(await tools.run(step));
    said.push(
      { step: { ...step, claims: undefined } },
      { result: masked(result, settings.maskPersonalData) },
    );
  }
  return undefined;
}

/** As everywhere before a text leaves for the model. */
function masked(text: string, isMasking: boolean): string {
  if (!isMasking) return text;
  const turn = { n: 0, speaker: "unknown" as const, channel: 0, startSec: 0, endSec: 0, text, words: [] };
  return maskTurns([turn]).turns[0]?.text ?? "";
}

/** Somebody's words in a call could make the model hand out an address. */
const HAS_LINK = /:\/\/|\bwww\.|\bt\.me\b|@\w{4,}/i;

function claimsReply(
  claims: FreeStep["claims"],
  known: ReadonlyMap<string, CallRow>,
  { texts, settings }: Asking,
): Reply | undefined {
  const numbered = new Map<string, CallRow>();
  const lines = claims.flatMap((claim) => {
    const codes = [...new Set(claim.calls)].filter((code) => known.has(code));
    if (codes.length === 0 || HAS_LINK.test(claim.text)) return [];
    for (const code of codes) numbered.set(code, known.get(code) as CallRow);
    const order = [...numbered.keys()];
    const numbers = codes.map((code) => `№ ${order.indexOf(code) + 1}`).join(", ");
    return [escapeHtml(`• ${claim.text.replaceAll(/\s*\(?\bK\d+\b\)?/g, "").trim()} (${numbers})`)];
  });
  if (lines.length === 0) return { blocks: [texts.bot.freeNothing] };
  const rows = [...numbered.values()].slice(0, MAX_CALLS);
  const list = rows.map(
    (row, index) =>
      `№ ${index + 1}: ${scoreWords(row, texts)} — ${momentWords(row, settings)}, ${whoOf(row, texts)}`,
  );
  return {
    blocks: [lines.join("\n"), escapeHtml(list.join("\n")), italic(texts.bot.freeNote)],
    buttons: inRows(
      rows.map(({ callId }, index) => ({ text: `№ ${index + 1}`, data: callButtonData(callId) })),
      5,
    ),
    shown: { listed: rows.map(({ callId }) => callId) },
  };
}
