import type { Llm, LlmAnswer, LlmRequest } from "../../core/ports/llm.ts";
import { halves } from "../../core/score/windows.ts";
import type { Turn } from "../../core/transcript.ts";
import { isTooLong } from "./too-long.ts";

/**
 * Asks a question whose answer shows at the start of a conversation (its kind, who is who): of one that does not fit into the model as
 * much of the beginning is shown as fits.
 */
export async function askOfStart(
  llm: Llm,
  turns: readonly Turn[],
  requestOf: (turns: readonly Turn[]) => LlmRequest,
): Promise<LlmAnswer> {
  try {
    return await llm.ask(requestOf(turns));
  } catch (error) {
    const start = isTooLong(error) ? halves(turns)?.[0] : undefined;
    if (!start) throw error;
    return askOfStart(llm, start, requestOf);
  }
}
