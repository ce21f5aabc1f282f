/**
 * Finds the JSON object in what a model wrote: bare, in ``` fences, after prose or a `<think>` block, before more prose.
 * An object that has all of `requiredKeys` goes before one that has not, so that a `{}` in the prose, an example, or a
 * wrapper around the answer (`{"call_score": {…}}`) is not taken for the answer; what stands after `</think>` goes before
 * the drafts in it. Nothing is repaired: an object that `JSON.parse` refuses is not there.
 */
export function findJsonObject(
  text: string,
  requiredKeys: readonly string[] = [],
): Record<string, unknown> | undefined {
  const candidates = [...jsonObjects(text)];
  // Some templates write the opening tag into the prompt, so only the closing one is in the answer.
  const thinkingEnd = Array.from(text.matchAll(/<\/think>/g), ({ index }) => index).findLast(
    // Inside an object it is quoted from the conversation.
    (at) => !candidates.some(({ start, end }) => start < at && at < end),
  );
  const fitting = candidates.filter(({ value }) => hasKeys(value, requiredKeys));
  const chosen = [fitting, candidates].flatMap((list) => [
    ...list.filter(({ start }) => start > (thinkingEnd ?? -1)),
    ...list,
  ]);
  return chosen[0]?.value;
}

export function hasKeys(value: unknown, keys: readonly string[]): boolean {
  return isObject(value) && keys.every((key) => Object.hasOwn(value, key));
}

/** A text of nothing but braces would take time in the square of its length. */
const MAX_CANDIDATES = 1000;

interface Candidate {
  start: number;
  end: number;
  value: Record<string, unknown>;
}

/** Every object in the text, nested ones included, in the order of their opening braces. */
function* jsonObjects(text: string): Generator<Candidate> {
  let start = text.indexOf("{");
  for (let tried = 0; start >= 0 && tried < MAX_CANDIDATES; tried++, start = text.indexOf("{", start + 1)) {
    const end = endOfObject(text, start);
    if (end === undefined) continue;
    const value = parse(text.slice(start, end));
    if (isObject(value)) yield { start, end, value };
  }
}

/** Where the object that opens at `start` is closed; braces inside its strings do not count. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{") depth++;
    else if (character === "}") {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
