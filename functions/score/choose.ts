import type { Call } from "../../core/call.ts";
import { callTypeByRules } from "../../core/call-type.ts";
import { callTypeRequest, readCallType } from "../../core/call-type-question.ts";
import type { Checklist } from "../../core/checklist.ts";
import { type ChoiceFacts, factsOf, fittingChecklists } from "../../core/checklist-choice.ts";
import { ConfigurationError, PermanentError } from "../../core/errors.ts";
import type { Llm } from "../../core/ports/llm.ts";
import { readTurns } from "../../core/score/quotes.ts";
import type { Settings } from "../../core/settings.ts";
import type { Transcript } from "../../core/transcript.ts";
import { askOfStart } from "./ask-start.ts";
import type { KnownChecklists } from "./checklists.ts";
import { modelView } from "./model-view.ts";

export interface Choice {
  checklist: Checklist;
  /** The kind of call where it had to be told apart; null when the checklist did not depend on it. */
  callType: string | null;
}

interface ChoiceInput {
  known: KnownChecklists;
  call: Call | undefined;
  transcript: Transcript;
  settings: Pick<Settings, "callTypes" | "maskPersonalData">;
  llm: Llm | null;
}

/**
 * The checklist for a call: its kind first, by rules, and by the model where the words do not decide and more than one checklist could be
 * meant. Asked only then, so that a company with one checklist pays for one request a call.
 *
 * @throws PermanentError `checklist.none`, `checklist.invalid`, or `call.type_unclear`: a person has to look;
 * ConfigurationError while there is no checklist at all, as on the first day of a deployment: no call is given up for that
 */
export async function chooseChecklist({
  known,
  call,
  transcript,
  settings,
  llm,
}: ChoiceInput): Promise<Choice> {
  const facts = factsOf(call, transcript.durationSec, null);
  const heard = callTypeByRules(transcript, settings.callTypes);
  if (heard !== null) return { checklist: first(known, { ...facts, callType: heard }), callType: heard };

  const possible = fittingChecklists(known.checklists, facts);
  const kinds = new Set(possible.map((checklist) => [...checklist.appliesTo.callTypes].sort().join()));
  if (kinds.size < 2) return { checklist: first(known, facts), callType: null };
  const told = llm ? await askCallType(llm, transcript, settings) : null;
  if (told !== null) return { checklist: first(known, { ...facts, callType: told }), callType: told };
  const forAnyKind = possible.find((checklist) => checklist.appliesTo.callTypes.length === 0);
  if (forAnyKind) return { checklist: forAnyKind, callType: null };
  throw new PermanentError(
    "call.type_unclear",
    "the kind of call is not clear, and the checklists depend on it",
  );
}

async function askCallType(
  llm: Llm,
  transcript: Transcript,
  { callTypes, maskPersonalData }: ChoiceInput["settings"],
): Promise<string | null> {
  const view = modelView(transcript.turns, maskPersonalData);
  const answer = await askOfStart(llm, view.shown(transcript.turns), (turns) =>
    callTypeRequest(turns, callTypes),
  );
  if (answer.kind !== "json") return null;
  return readCallType(view.restored(answer.value), readTurns(transcript.turns), callTypes);
}

function first(known: KnownChecklists, facts: ChoiceFacts): Checklist {
  const best = fittingChecklists(known.checklists, facts)[0];
  if (best) return best;
  if (known.broken > 0)
    throw new PermanentError(
      "checklist.invalid",
      "a checklist cannot be read, and no other one is for this call",
    );
  if (known.checklists.some(({ status }) => status === "published"))
    throw new PermanentError("checklist.none", "no published checklist is for this call");
  throw new ConfigurationError(
    "checklist.missing",
    "there is no published checklist to judge by: run `npx cqa checklist import FILE --publish`, and the calls that wait are scored",
  );
}
