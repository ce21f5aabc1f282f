import type { Criterion } from "../../../core/checklist.ts";
import { tokenize } from "../../../core/score/text.ts";
import { sameWord } from "../../../core/score/word-forms.ts";
import { CallerError } from "../caller-error.ts";
import { checklistsInUse } from "../checklists.ts";
import type { Session } from "../ports.ts";

/** By its id, or by words that stand in it in some form. @throws CallerError when none or several fit */
export async function findCriterion(
  words: string,
  session: Session,
): Promise<Pick<Criterion, "id" | "text">> {
  const all = (await checklistsInUse(session)).flatMap(({ checklist }) => checklist.criteria);
  const byId = all.find(({ id }) => id === words);
  if (byId) return byId;
  const wanted = tokenize(words).filter(({ form }) => form.length > 2);
  const fitting = all.filter(({ text }) => {
    const has = tokenize(text);
    return wanted.length > 0 && wanted.every((word) => has.some((other) => sameWord(word, other)));
  });
  const ids = [...new Set(fitting.map(({ id }) => id))];
  const [only] = fitting;
  if (only && ids.length === 1) return only;
  const known = (only ? fitting : all).slice(0, 20).map(({ id, text }) => `${id} («${text}»)`);
  throw new CallerError(
    `failed_criterion: ${only ? "several fit" : "there is none like that"}: pass one of these ids: ${[...new Set(known)].join(", ")}`,
  );
}
