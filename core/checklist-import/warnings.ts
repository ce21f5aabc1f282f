import { type Checklist, weightOf } from "../checklist.ts";
import { tokenize } from "../score/text.ts";
import type { Path } from "./json-places.ts";
import type { Finding } from "./reading.ts";

/** What is allowed and yet hardly meant. */
export function warningsOn(checklist: Checklist, placeOf: (path: Path) => string): Finding[] {
  const warnings: Finding[] = [];
  const warn = (path: Path, message: string) => warnings.push({ place: placeOf(path), message });
  for (const [index, criterion] of checklist.criteria.entries()) {
    const path = ["criteria", index];
    if (criterion.check === "semantic" && criterion.polarity === "required" && !criterion.levels)
      warn(
        path,
        `${named(criterion)} is semantic and has no levels: say what is full, partial and none, or people will argue`,
      );
    if (criterion.check !== "keyword") continue;
    for (const [group, phrases] of criterion.phrases.entries()) {
      for (const [at, phrase] of phrases.entries()) {
        if (tokenize(phrase).every(({ form }) => form.length === 1))
          warn(
            [...path, "phrases", group, at],
            `«${phrase}» has only words of one letter: nobody can be judged by it`,
          );
      }
    }
    if (criterion.phrases.length > MANY_GROUPS)
      warn(
        [...path, "phrases"],
        `${named(criterion)} wants all of ${criterion.phrases.length} groups of phrases; if any of them will do, put them into one group`,
      );
  }
  if (checklist.criteria.every((criterion) => weightOf(criterion) === 0))
    warn(["criteria"], "every weight is 0, so no call gets a percentage");
  return warnings;
}

const MANY_GROUPS = 4;

/** By its text: ids of a sheet's criteria are not its author's. */
function named({ text }: { text: string }): string {
  return `«${text.length > 50 ? `${text.slice(0, 49)}…` : text}»`;
}
