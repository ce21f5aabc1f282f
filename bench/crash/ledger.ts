import { sha256 } from "../../core/call.ts";
import type { SandboxPortal } from "../../local/sandbox/portal.ts";
import type { SandboxRequest } from "../../local/sandbox/server.ts";
import { wordIn } from "./calls.ts";
import type { Chance } from "./random.ts";

/** When the vendors did what costs money, in milliseconds of the system's clock. */
export interface Ledger {
  /** Starts of a recognition, by the SHA-256 of the recording. */
  starts: Map<string, number[]>;
  /** Answers of the model, by the word that only one call has, then by the question. */
  answers: Map<string, Map<string, number[]>>;
  /** Of either, those whose client was gone before it had the answer. */
  unheard(): { starts: number; answers: number };
}

const START = "async_recognize";

/**
 * Makes the vendors slow, so that kills find requests under way, and writes down what they do. In real milliseconds:
 * what the fast clock makes of it is less than any time-out.
 */
export function slowDown({ bitrix24, saluteSpeech, model, telegram }: SandboxPortal, chance: Chance): Ledger {
  const starts: Ledger["starts"] = new Map();
  const answers: Ledger["answers"] = new Map();

  bitrix24.slowDown(() => chance.between(2, 30));
  saluteSpeech.slowDown(({ path }) => {
    // The recordings need not be kept by those who only count.
    saluteSpeech.requests.length = 0;
    if (!path.endsWith(START)) return chance.between(2, 30);
    for (const [hash, times] of saluteSpeech.started) {
      const known = starts.get(hash) ?? [];
      if (times > known.length) starts.set(hash, [...known, Date.now()]);
    }
    return chance.between(10, 150);
  });
  model.slowDown(({ body }) => {
    const text = body.toString("utf8");
    const word = wordIn(text) ?? "";
    const questions = answers.get(word) ?? new Map<string, number[]>();
    const question = sha256(text);
    answers.set(word, questions.set(question, [...(questions.get(question) ?? []), Date.now()]));
    return chance.between(20, 250);
  });
  telegram.slowDown(() => chance.between(10, 100));

  const count = (requests: readonly SandboxRequest[], end: string) =>
    requests.filter(({ path }) => path.endsWith(end)).length;
  return {
    starts,
    answers,
    unheard: () => ({ starts: count(saluteSpeech.unheard, START), answers: model.unheard.length }),
  };
}
