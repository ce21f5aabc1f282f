import { CallId } from "./call.ts";

/** What files of sound end in, and what copying and saving once more puts behind a name: «копия», `copy`, `(2)`, a second extension. */
const ADDED =
  /(\.(mp3|wav|wave|ogg|oga|opus|flac|m4a|mp4|aac|amr|wma|webm)|[\s._-]*(copy|копия|\(\d+\))|[\s._-]+)$/iu;

/** Nobody copies a copy more often, and each id is looked for. */
const MOST_ADDED = 8;

/**
 * The ids that the name of a sent-in file can mean, the longest first: `<callId>.mp3`, with what people and programs add to a name. Ids have dots
 * and dashes of their own, so whoever asks has to know which calls there are.
 */
export function possibleCallIds(name: string): string[] {
  const text = name.normalize("NFC").split("/").at(-1) ?? "";
  const ids: string[] = [];
  const start = /\d{8}-[a-z0-9]+-/.exec(text)?.index;
  if (start === undefined) return ids;
  let rest = text.slice(start);
  for (let cut = 0; cut <= MOST_ADDED && rest !== ""; cut++) {
    // Behind the first character that no id has stands something else: « - копия».
    const id = /^[A-Za-z0-9._-]+/.exec(rest)?.[0] ?? "";
    for (const candidate of [rest, id, id.replace(/[._-]+$/, "")])
      if (CallId.safeParse(candidate).success && !ids.includes(candidate)) ids.push(candidate);
    const shorter = rest.replace(ADDED, "");
    if (shorter === rest) break;
    rest = shorter;
  }
  return ids;
}
