/** How many letters are changed, added, dropped or swapped with their neighbour between two spellings; gives up above `most`. */
export function typosBetween(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at++) {
    const row = [at];
    for (let to = 1; to <= other.length; to++) {
      const changed = (last[to - 1] ?? 0) + (one[at - 1] === other[to - 1] ? 0 : 1);
      let least = Math.min(changed, (last[to] ?? 0) + 1, (row[to - 1] ?? 0) + 1);
      const isSwap = at > 1 && to > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1];
      if (isSwap) least = Math.min(least, (beforeLast[to - 2] ?? 0) + 1);
      row.push(least);
    }
    if (Math.min(...row) > most) return most + 1;
    beforeLast = last;
    last = row;
  }
  return last[other.length] ?? most + 1;
}

/** The spellings nearest to a word: with the same first letter, and so many slips as its length forgives. */
export function nearest(word: string, spellings: Iterable<string>, slips = slipsOf(word)): string[] {
  let best = slips;
  let found: string[] = [];
  if (slips === 0) return found;
  for (const spelling of spellings) {
    if (spelling.length < 4 || spelling[0] !== word[0]) continue;
    const typos = typosBetween(word, spelling, best);
    if (typos > best) continue;
    if (typos < best) found = [];
    best = typos;
    found.push(spelling);
  }
  return found;
}

/** A slip in a short word makes another word of it: «Ира», «Ирма». */
function slipsOf(word: string): number {
  if (word.length < 5) return 0;
  return word.length < 8 ? 1 : 2;
}
