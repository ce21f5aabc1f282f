import * as z from "zod";
import { sha256 } from "./call.ts";
import { type Clock, systemClock } from "./clock.ts";
import { insist } from "./insist.ts";
import type { Llm, LlmAnswer, LlmRequest } from "./ports/llm.ts";
import type { Store } from "./ports/store.ts";
import { readText, writeJson } from "./store-json.ts";

const usage = z.object({
  model: z.string(),
  promptTokens: z.number().nullable(),
  cachedTokens: z.number().nullable(),
  completionTokens: z.number().nullable(),
});

/** An answer of the model as it was paid for: what it said of the text that it was shown, personal data masked as it was there. */
const RememberedAnswer = z.object({
  /** The name of the question's schema. */
  question: z.string(),
  /** ISO 8601. */
  at: z.string(),
  answer: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("json"), value: z.unknown(), usage }),
    z.object({ kind: z.literal("refused"), usage }),
    z.object({ kind: z.literal("cut"), usage }),
    z.object({ kind: z.literal("unreadable"), usage }),
  ]),
});

export interface RememberOptions {
  store: Store;
  clock?: Clock;
  /** Where the answer to the question with this hash lies. */
  keyOf(hash: string): string;
  /** What else tells two questions apart that are worded alike: an answer to the one is none to the other. */
  about?: string;
}

/**
 * Asks nothing that was answered before: every answer is stored before it is used, good or bad, since it was paid for. So a run
 * that failed half-way, or died, is repeated with the answers it had, and comes out the same.
 *
 * The same question asked again on purpose within one run is a question of its own. An answer that was lost on its way is asked
 * for anew: nothing at a service of chat completions can be looked up afterwards.
 */
export function rememberAnswers(llm: Llm, options: RememberOptions): Llm {
  const { store, clock = systemClock, keyOf, about = "" } = options;
  const askedTimes = new Map<string, number>();

  return {
    async ask(request) {
      const question = sha256(JSON.stringify([about, request.instructions, request.input, request.schema]));
      const times = (askedTimes.get(question) ?? 0) + 1;
      askedTimes.set(question, times);
      const hash = sha256(`${question} ${times}`);
      const key = keyOf(hash);
      const known = await lookUp(store, key);
      if (known.answer) return known.answer;
      const answer = await llm.ask({ ...request, key: hash });
      return keep({ key, answer, request, isBroken: known.isBroken });
    },
  };

  async function keep(paid: {
    key: string;
    answer: LlmAnswer;
    request: LlmRequest;
    isBroken: boolean;
  }): Promise<LlmAnswer> {
    const { key, request, isBroken } = paid;
    const answer = asStored(paid.answer);
    const kept = { question: request.schema.name, at: clock.now().toISOString(), answer };
    // Of two runs at the same moment both go on with the answer that was first.
    const condition = isBroken ? {} : { ifAbsent: true };
    const { written } = await insist(clock, () => writeJson(store, key, kept, condition));
    const first = written ? undefined : (await lookUp(store, key)).answer;
    return first ?? answer;
  }
}

/** As the next run will read it, to the last digit. What cannot be written, nested without end, could not be read by anybody else either. */
function asStored(answer: LlmAnswer): LlmAnswer {
  try {
    return JSON.parse(JSON.stringify(answer));
  } catch {
    return { kind: "unreadable", usage: answer.usage };
  }
}

/** What cannot be read holds no answer: then the question is asked again, which costs less than a call that hangs for ever. */
async function lookUp(
  store: Store,
  key: string,
): Promise<{ answer: LlmAnswer | undefined; isBroken: boolean }> {
  const text = await readText(store, key);
  if (text === undefined) return { answer: undefined, isBroken: false };
  const answer = parse(text);
  return { answer, isBroken: answer === undefined };
}

function parse(text: string): LlmAnswer | undefined {
  try {
    return RememberedAnswer.safeParse(JSON.parse(text)).data?.answer;
  } catch {
    return undefined;
  }
}
