import type { NumberHit } from "./numbers.ts";
import type { Run } from "./runs.ts";

/**
 * Finds values that are known from elsewhere in the call, in whatever form or row their digits stand: a value that is masked
 * once must not be left to read somewhere else. `known` is by its digits, phones by the last ten.
 */
export function repeatsIn(run: Run, known: ReadonlyMap<string, NumberHit>): NumberHit[] {
  const digits = run.map((group) => group.digits).join("");
  const groupAt = run.flatMap((group, index) => Array.from(group.digits, () => index));
  const lengths = [...new Set(Array.from(known.keys(), (value) => value.length))].sort((a, b) => b - a);
  const hits: NumberHit[] = [];
  let free = 0;
  for (let at = 0; at < digits.length; at++) {
    const from = groupAt[at] ?? 0;
    if (from < free) continue;
    const hit = lengths.map((length) => known.get(digits.slice(at, at + length))).find(Boolean);
    if (!hit) continue;
    const length = hit.kind === "phone" ? Math.min(10, hit.value.length) : hit.value.length;
    const prefix = run[from - 1];
    const hasPrefix = hit.kind === "phone" && from > free && /^[78]$/.test(prefix?.digits ?? "");
    free = (groupAt[at + length - 1] ?? from) + 1;
    hits.push({ kind: hit.kind, value: hit.value, at: hasPrefix ? from - 1 : from, end: free });
  }
  return hits;
}
