import type { People } from "../../core/ask/asked.ts";
import type { StaffMember } from "../../core/ask/names.ts";
import type { Choice } from "../../core/chat-choices.ts";
import { inRows } from "../../core/chat-choices.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import type { Asking, Reply } from "./reply.ts";

const MAX_CANDIDATES = 12;

/** The people with those who were chosen by buttons in the place of all who fit. */
export function pickedPeople(people: People, { picks }: Choice, staff: readonly StaffMember[]): People {
  if (!picks) return people;
  const pick = <Found extends People["matches"][number]>(found: Found): Found => {
    const id = Object.hasOwn(picks, found.mention) ? picks[found.mention] : undefined;
    const chosen = staff.find((member) => member.id === id);
    return chosen ? { ...found, candidates: [chosen] } : found;
  };
  return { ...people, matches: people.matches.map(pick), excluded: people.excluded.map(pick) };
}

/** Asks who is meant where several fit. An agent is not shown his colleagues: of those who fit he himself is meant. */
export function whichPerson(people: People, { texts, scope, choice }: Asking): Reply | undefined {
  if (scope.kind === "agent") return undefined;
  const unsure = [...people.matches, ...people.excluded].find(({ candidates }) => candidates.length > 1);
  if (!unsure) return undefined;
  const buttons = unsure.candidates.slice(0, MAX_CANDIDATES).map((member) => ({
    text: member.name,
    asks: { ...choice, picks: { ...choice.picks, [unsure.mention]: member.id } },
  }));
  return {
    blocks: [escapeHtml(texts.bot.whichPerson(unsure.mention))],
    buttons: inRows(buttons, 2),
  };
}

/** Says that nobody of the name is known, where somebody was named. */
export function unknownPeople({ matches }: People, { texts, scope }: Asking): Reply | undefined {
  if (scope.kind === "agent") return undefined;
  const unknown = matches.find(({ candidates }) => candidates.length === 0);
  return unknown && { blocks: [escapeHtml(texts.bot.nobody(unknown.mention))] };
}

/** The agents that a question is about: undefined of everybody. */
export function agentIdsOf(people: People, { scope }: Asking): string[] | undefined {
  if (scope.kind === "agent") return [scope.agentId];
  const ids = people.matches
    .filter(({ isDepartment }) => !isDepartment)
    .flatMap(({ candidates }) => candidates.map(({ id }) => id));
  return ids.length === 0 ? undefined : [...new Set(ids)];
}

/** The departments that it is about; «отдел Иры» is the one that she is in. */
export function departmentsOf(people: People): string[] | undefined {
  const names = [
    ...people.departments,
    ...people.matches.flatMap(({ candidates, isDepartment }) =>
      isDepartment ? candidates.flatMap(({ departments }) => departments) : [],
    ),
  ];
  return names.length === 0 ? undefined : [...new Set(names)];
}

export function excludedIds({ excluded }: People): Set<string> {
  return new Set(excluded.flatMap(({ candidates }) => candidates.map(({ id }) => id)));
}

/** As they are called in the echo. */
export function peopleWords(people: People, { staff, scope, texts }: Asking): string[] {
  if (scope.kind === "agent")
    return [staff.find(({ id }) => id === scope.agentId)?.name ?? texts.bot.yourCalls];
  // Of two who fit alike neither is named: that is asked.
  const only = ({ candidates: [one, ...others] }: People["matches"][number]) =>
    one && others.length === 0 ? [one.name] : [];
  const named = people.matches.filter(({ isDepartment }) => !isDepartment).flatMap(only);
  const without = people.excluded.flatMap(only).map((name) => texts.bot.except(name));
  return [...named, ...(departmentsOf(people) ?? []), ...without];
}
