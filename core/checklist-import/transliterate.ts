const LETTERS: Readonly<Record<string, string>> = {
  а: "a",
  б: "b",
  в: "v",
  г: "g",
  д: "d",
  е: "e",
  ё: "e",
  ж: "zh",
  з: "z",
  и: "i",
  й: "y",
  к: "k",
  л: "l",
  м: "m",
  н: "n",
  о: "o",
  п: "p",
  р: "r",
  с: "s",
  т: "t",
  у: "u",
  ф: "f",
  х: "kh",
  ц: "ts",
  ч: "ch",
  ш: "sh",
  щ: "shch",
  ъ: "",
  ы: "y",
  ь: "",
  э: "e",
  ю: "yu",
  я: "ya",
};

const MAX_LENGTH = 40;

/** An id in Latin letters out of a text, cut between words: «Выяснил бюджет» is `vyyasnil-byudzhet`. Empty when it has no letters. */
export function slugOf(text: string): string {
  const latin = [...text.normalize("NFC").toLowerCase()].map((letter) => LETTERS[letter] ?? letter).join("");
  // What is left of é once its accent is apart.
  const words =
    latin
      .normalize("NFKD")
      .replaceAll(/\p{M}/gu, "")
      .match(/[a-z0-9]+/g) ?? [];
  let slug = "";
  for (const word of words) {
    const longer = slug === "" ? word.slice(0, MAX_LENGTH) : `${slug}-${word}`;
    if (longer.length > MAX_LENGTH) break;
    slug = longer;
  }
  return slug;
}

/**
 * Gives out ids that follow from the text alone, so that importing an edited sheet keeps the ids of the criteria whose wording stayed.
 * Equal ones are told apart by their order.
 */
export function idGiver(taken: Iterable<string> = []): (text: string, fallback: string) => string {
  const given = new Set(taken);
  return (text, fallback) => {
    const base = slugOf(text) || fallback;
    let id = base;
    for (let n = 2; given.has(id); n++) id = `${base}-${n}`;
    given.add(id);
    return id;
  };
}
