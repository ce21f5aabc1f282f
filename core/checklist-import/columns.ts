import { similarTo } from "./similar.ts";

/** What a column of somebody's sheet, or a sub-item of somebody's list, is about. */
export type Column =
  | "ordinal"
  | "id"
  | "stage"
  | "text"
  | "weight"
  | "check"
  | "phrases"
  | "full"
  | "partly"
  | "none"
  | "notApplicable"
  | "mandatory"
  | "prohibited"
  | "autoFail"
  | "speaker"
  | "firstSec"
  | "lastSec"
  | "metric"
  | "metricMin"
  | "metricMax"
  | "guidance";

/** The first that fits decides: «Не выполнено» before «Выполнено», «Вес критерия» before «Критерий». */
const WORDINGS: readonly (readonly [Column, RegExp])[] = [
  ["ordinal", /^(№|#|п п|номер|number|no)( п п)?$/],
  ["id", /^(id|ид|идентификатор|код)( |$)/],
  ["notApplicable", /не ?применим|не применя|^н п$|^н а$|^n a$|not applicable|когда не оценива/],
  ["firstSec", /(^| )перв\S* .*(сек|мин)|^first .*(sec|min)|^within/],
  ["lastSec", /(^| )последн\S* .*(сек|мин)|^last .*(sec|min)/],
  ["autoFail", /критичн|критическ|обнул|автопровал|стоп фактор|фатальн|^critical|auto ?fail|^zero/],
  ["prohibited", /запрещ|запрет|^стоп$|нельзя|недопустим|^prohibit|^forbid|^stop$/],
  ["mandatory", /обязат|^mandatory|^required/],
  ["none", /^(нет|не выполн\S*|не сдел\S*|не засчит\S*|провал\S*|none|no|not met|not done)( \d+.*)?$/],
  ["partly", /частичн|^partly|^partial/],
  ["full", /^(полност\S*|выполнен\S*|да|сделано|засчит\S*|full|fully|met|yes|done)( \d+.*)?$/],
  ["weight", /(^| )(вес|балл|баллы|баллов|макс|максимум|weight|points|score|max)( |$)/],
  ["metricMin", /не (менее|меньше)|^мин( |$)|^минимум|^min( |$)|^at least/],
  ["metricMax", /не (более|больше)|^at most/],
  ["metric", /метрик|^metric/],
  ["check", /как провер|^тип( |$)|способ|^проверка|^check|^type|how to check|^method/],
  ["speaker", /^кто( |$)|говорящ|сторона|^speaker|^who( |$)/],
  ["phrases", /^фраз|ключев|^слова|маркер|^phrase|^keyword/],
  ["guidance", /коммент|пояснен|подсказк|примечан|уточнен|инструкц|guidance|comment|^note|hint/],
  ["stage", /этап|блок|раздел|категор|стади|^группа|^stage|^block|^section|^category|^group/],
  [
    "text",
    /критери|вопрос|пункт|показател|параметр|наименован|требован|формулировк|^текст|criteri|question|^item|^text|requirement/,
  ],
];

const NAMES: readonly string[] = [
  "критерий",
  "вопрос",
  "пункт",
  "этап",
  "блок",
  "вес",
  "баллы",
  "как проверять",
  "фразы",
  "ключевые слова",
  "полностью",
  "частично",
  "не выполнено",
  "неприменимо",
  "обязательный",
  "запрещено",
  "критично",
  "обнуляет",
  "комментарий",
  "метрика",
  "criterion",
  "stage",
  "weight",
  "phrases",
  "keywords",
  "partly",
  "mandatory",
  "prohibited",
  "critical",
];

/** Lower case, ё as е, single spaces for whatever is no letter or digit. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll("ё", "е")
    .replaceAll(/[^\p{L}\p{N}№#]+/gu, " ")
    .trim();
}

/** The column that a heading means, whatever its case, punctuation and wording. */
export function columnOf(heading: string): Column | undefined {
  const words = plain(heading);
  // A sentence is a criterion, not its heading.
  if (words === "" || words.split(" ").length > 7) return undefined;
  return WORDINGS.find(([, wording]) => wording.test(words))?.[0];
}

/** What a misspelt heading most probably was. */
export function meantHeading(heading: string): string | undefined {
  return similarTo(plain(heading), NAMES);
}
