/** Whether one spelling becomes the other by changing, adding or dropping at most `most` letters. */
export function isNearSpelling(one: string, other: string, most: number): boolean {
  if (Math.abs(one.length - other.length) > most) return false;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const changed = (row[to - 1] ?? 0) + (one.charAt(at - 1) === other.charAt(to - 1) ? 0 : 1);
      next.push(Math.min(changed, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[other.length] ?? 0) <= most;
}

const CYRILLIC: readonly (readonly [latin: RegExp, cyrillic: string])[] = [
  [/shch/g, "щ"],
  [/sh/g, "ш"],
  [/ch/g, "ч"],
  [/zh/g, "ж"],
  [/kh/g, "х"],
  [/ts/g, "ц"],
  [/ph/g, "ф"],
  [/th/g, "т"],
  [/ck/g, "к"],
  [/qu/g, "кв"],
  [/x/g, "кс"],
  [/y[ao]|i[ao]/g, "я"],
  [/yu|iu/g, "ю"],
  [/oo/g, "у"],
  [/ee/g, "и"],
];
const LATIN = "abcdefghijklmnopqrstuvwxyz";
const SOUNDS = "абкдефгхижклмнопкрстуввкиз";

/** As it sounds, in Cyrillic letters, each once: «Vereck Telecom» and «Верек-Телеком» come out alike. Not for reading. */
export function soundOf(word: string): string {
  let known = sounds.get(word);
  if (known === undefined) {
    known = heardAs(word);
    if (sounds.size >= MAX_REMEMBERED) sounds.clear();
    sounds.set(word, known);
  }
  return known;
}

/** Words repeat all day long. */
const sounds = new Map<string, string>();
const MAX_REMEMBERED = 50_000;

function heardAs(word: string): string {
  let sound = word.toLowerCase();
  for (const [latin, cyrillic] of CYRILLIC) sound = sound.replaceAll(latin, cyrillic);
  return [...sound]
    .map((letter) => {
      const at = LATIN.indexOf(letter);
      return at === -1 ? letter : SOUNDS.charAt(at);
    })
    .join("")
    .replaceAll(/[^\p{L}\p{N}]/gu, "")
    .replaceAll("ё", "е")
    .replaceAll("э", "е")
    .replaceAll("ы", "и")
    .replaceAll("й", "и")
    .replaceAll(/(.)\1+/gu, "$1");
}
