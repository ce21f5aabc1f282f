import { type MaskedTurns, maskTurns } from "../../core/privacy/mask-turns.ts";
import { unmaskAnswer } from "../../core/privacy/unmask.ts";
import type { Turn } from "../../core/transcript.ts";

/** A conversation as the model is shown it, and the way back from what the model says of it. */
export interface ModelView {
  /** The same turns without personal data. */
  shown(turns: readonly Turn[]): Turn[];
  /** The model's answer with what was really said in its quotes. */
  restored(answer: unknown): unknown;
}

/** Masks the whole conversation at once, so that one value has one token in every request about it. */
export function modelView(turns: readonly Turn[], maskPersonalData: boolean): ModelView {
  if (!maskPersonalData) return { shown: (some) => [...some], restored: (answer) => answer };
  return {
    shown: (some) => some.flatMap((turn) => maskedOnce(turns).byNumber.get(turn.n) ?? []),
    restored: (answer) => unmaskAnswer(answer, maskedOnce(turns).unmask),
  };
}

interface Masked extends Pick<MaskedTurns, "unmask"> {
  byNumber: ReadonlyMap<number, Turn>;
}

const known = new WeakMap<readonly Turn[], Masked>();

/** Several questions are asked about one conversation, and sometimes none. */
function maskedOnce(turns: readonly Turn[]): Masked {
  let masked = known.get(turns);
  if (!masked) {
    const { turns: shown, unmask } = maskTurns(turns);
    masked = { byNumber: new Map(shown.map((turn) => [turn.n, turn])), unmask };
    known.set(turns, masked);
  }
  return masked;
}
