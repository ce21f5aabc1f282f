/** What is masked before a text leaves for a model. */
export const kinds = ["phone", "card", "email", "passport", "inn", "snils"] as const;
export type Kind = (typeof kinds)[number];

/** Russian words, as the model reads them inside a Russian conversation. */
const LABELS: Readonly<Record<Kind, string>> = {
  phone: "ТЕЛЕФОН",
  card: "КАРТА",
  email: "ПОЧТА",
  passport: "ПАСПОРТ",
  inn: "ИНН",
  snils: "СНИЛС",
};

/** Which value of a kind a token stands for; `part` when the value was dictated over several turns. */
export interface Token {
  kind: Kind;
  number: number;
  part: number | null;
}

/** `[ТЕЛЕФОН_1]`, or `[ТЕЛЕФОН_1_ЧАСТЬ_2]` for the second stretch of a number dictated over several turns. */
export function tokenText({ kind, number, part }: Token): string {
  return `[${LABELS[kind]}_${number}${part === null ? "" : `_ЧАСТЬ_${part}`}]`;
}

/** A token as models copy it: its brackets may be lost and its case changed. Speech has no underscores. */
export const TOKEN_PATTERN = `(?:\\[|(?<![\\p{L}\\p{N}_]))(?:${Object.values(LABELS).join("|")})_\\d{1,6}(?:_ЧАСТЬ_\\d{1,6})?(?:\\]|(?![\\p{L}\\p{N}_]))`;

export function readToken(text: string): Token | undefined {
  const [label, number, , part] = text.replaceAll(/[[\]]/g, "").toUpperCase().split("_");
  const kind = kinds.find((candidate) => LABELS[candidate] === label);
  return kind && { kind, number: Number(number), part: part === undefined ? null : Number(part) };
}

/**
 * To be added to the model's instructions when turns are masked, so that it copies the tokens into its quotes
 * and can still tell whether two people said the same number.
 */
export const MASKING_RULE =
  "Personal data in the transcript is replaced by tokens in square brackets: [ТЕЛЕФОН_1] phone, [КАРТА_1] bank card, [ПОЧТА_1] e-mail, [ПАСПОРТ_1] passport, [ИНН_1] and [СНИЛС_1] tax and insurance numbers. The real value was said there; the same token is the same value, and _ЧАСТЬ_1, _ЧАСТЬ_2 are stretches of one value dictated in parts. Copy tokens into quotes exactly as they stand.";
