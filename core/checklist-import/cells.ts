import { MetricName } from "../score/metrics.ts";
import { columnOf, plain } from "./columns.ts";

/** What single cells mean. Each answers undefined for what it does not understand. */

const YES = new Set("да д yes y true истина 1 v x х обязательно обязательный".split(" "));
const NO = new Set(["нет", "н", "no", "n", "false", "ложь", "0", "никогда", "never", "не бывает"]);

/** «да», «+», «✓», «нет», «—»; words of the column's own heading («критично», «обнуляет») are a yes. */
export function readFlag(cell: string): boolean | undefined {
  const text = cell.trim().toLowerCase();
  if (/^[+✓✔☑✅★*]$/u.test(text.replace("\ufe0f", ""))) return true;
  if (/^[-–—−☐✗✘❌]*$/u.test(text)) return false;
  const words = plain(text);
  if (YES.has(words)) return true;
  if (NO.has(words)) return false;
  const column = columnOf(text);
  return column === "autoFail" || column === "prohibited" || column === "mandatory" ? true : undefined;
}

export interface Weight {
  weight: number;
  /** Points of the middle level, when the cell gives them: «10-5-0». */
  partly?: number;
}

/** «10», «10 баллов», «0,5», «10 %», «0/1/2», «10-5-0», «-5». */
export function readWeight(cell: string): Weight | undefined {
  const text = cell.trim().toLowerCase().replaceAll(/[−–—]/g, "-");
  const single = /^(-?\d+(?:[.,]\d+)?)\s*(%|балл\S*|б\.?|очк\S*|points?|pts?\.?)?$/.exec(text);
  if (single) return { weight: toNumber(single[1]) };
  const scale = /^\d+(?:[.,]\d+)?(?:\s*[-/;]\s*\d+(?:[.,]\d+)?){1,2}$/.test(text);
  if (!scale) return undefined;
  const numbers = text.split(/[-/;]/).map(toNumber);
  const weight = Math.max(...numbers);
  const middle = numbers.length === 3 ? numbers[1] : undefined;
  return middle === undefined || weight === 0 || Math.min(...numbers) !== 0
    ? { weight }
    : { weight, partly: rounded(middle / weight) };
}

export type Check = "keyword" | "semantic" | "metric";

export function readCheck(cell: string): Check | undefined {
  const words = plain(cell);
  if (/ключев|слов|фраз|keyword|phrase/.test(words)) return "keyword";
  if (/метрик|цифр|статистик|metric/.test(words)) return "metric";
  if (/смысл|нейро|модел|(^| )ии( |$)|semantic|meaning|(^| )(ai|llm)( |$)/.test(words)) return "semantic";
  return undefined;
}

export function readSpeaker(cell: string): "agent" | "client" | "any" | undefined {
  const words = plain(cell);
  const agent = /менедж|оператор|админ|сотрудн|продав|консульт|агент|agent|manager|operator/.test(words);
  const client = /клиент|покупател|пациент|гость|client|customer/.test(words);
  if ((agent && client) || /люб|^оба|^обе|^все|^any|^both/.test(words)) return "any";
  return agent ? "agent" : client ? "client" : undefined;
}

/** Groups that all must be heard stand on lines of their own or are joined by «+»; a group's alternatives are parted by «;» or «/». */
export function readPhrases(cell: string): { phrases: string[][]; partedByComma: boolean } {
  const groups = cell.split(/\r\n|\r|\n|\+/);
  // «24/7» is one phrase.
  const separator = /;|\/(?!\d)|(?<!\d)\//;
  const partedByComma = cell.includes(",") && !groups.some((group) => separator.test(group));
  const phrases = groups.map((group) =>
    group
      .split(partedByComma ? "," : separator)
      .map((phrase) =>
        phrase
          .trim()
          .replace(/^[-–—•*]\s+/, "")
          .replaceAll(/^[«"„“”']+|[»"“”'.]+$/g, "")
          .trim(),
      )
      .filter((phrase) => phrase !== ""),
  );
  return { phrases: phrases.filter((group) => group.length > 0), partedByComma };
}

/** «30», «30 сек», «1 мин»; where the cell only says yes, the number of the heading: «В первые 30 секунд». */
export function readSeconds(cell: string, heading: string): number | null | undefined {
  if (/\d/.test(cell)) return secondsIn(cell);
  const flag = readFlag(cell);
  if (flag === false) return null;
  return flag === true ? secondsIn(heading) : undefined;
}

function secondsIn(text: string): number | undefined {
  const [, number, unit = ""] = /(\d+(?:[.,]\d+)?)\s*(мин|min)?/i.exec(text) ?? [];
  return number === undefined ? undefined : toNumber(number) * (unit === "" ? 1 : 60);
}

const METRICS: readonly (readonly [MetricName, RegExp])[] = [
  ["patienceSec", /пауз\S* перед|терпен|patience/],
  ["clientQuestions", /вопрос\S* клиент|client questions/],
  ["agentQuestions", /вопрос|questions/],
  ["agentTalkShare", /доля|говорит клиент|talk share|talk ratio/],
  ["longestAgentTurnSec", /монолог|самая длинная|longest/],
  ["silenceShare", /тишин|молчан|пауз|silence/],
  ["interruptionsByAgent", /переби|interrupt/],
  ["overlapSec", /налож|одновремен|overlap/],
  ["agentFillersPerMinute", /паразит|сорн|filler/],
  ["agentWordsPerMinute", /темп|скорость|слов в минут|words per minute/],
];

export function readMetricName(cell: string): MetricName | undefined {
  const exact = MetricName.options.find((name) => cell.toLowerCase().includes(name.toLowerCase()));
  // «Доля тишины» is silence, not speech.
  if (exact === undefined && /доля (тишин|молчан|пауз)/.test(plain(cell))) return "silenceShare";
  return exact ?? METRICS.find(([, wording]) => wording.test(plain(cell)))?.[0];
}

const AT_MOST = /(?:не (?:более|больше|выше)|до|максимум|<=?|≤|at most|max)\s*(\d+(?:[.,]\d+)?)\s*(%?)/i;
const AT_LEAST = /(?:не (?:менее|меньше|ниже)|от|минимум|>=?|≥|at least|min)\s*(\d+(?:[.,]\d+)?)\s*(%?)/i;

/** «не больше 65 %», «от 100 до 160», «≤ 2». */
export function readLimits(cell: string, name: MetricName): { min?: number; max?: number } {
  const min = limitOf(AT_LEAST.exec(cell), name);
  const max = limitOf(AT_MOST.exec(cell), name);
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** A cell of its own for one limit: «65%», «0,65». */
export function readLimit(cell: string, name: MetricName): number | undefined {
  return limitOf(/^\D*?(\d+(?:[.,]\d+)?)\s*(%?)/.exec(cell), name);
}

function limitOf(match: RegExpExecArray | null, name: MetricName): number | undefined {
  if (!match) return undefined;
  const number = toNumber(match[1]);
  // Shares are kept from 0 to 1 and spoken of in percent.
  const isPercent = match[2] === "%" || (name.endsWith("Share") && number > 1);
  return isPercent ? rounded(number / 100) : number;
}

function toNumber(text: string | undefined): number {
  return rounded(Number((text ?? "").trim().replace(",", ".")));
}

/** Without the noise of binary fractions: Excel keeps 7 % as 0.07000000000000001. */
export function rounded(number: number): number {
  return Math.round(number * 1e4) / 1e4;
}
