import type { Turn } from "../transcript.ts";
import { type Token, tokenize } from "./text.ts";

/**
 * Words that carry no sense, by the agreement of public lists of Russian parasites; «значит», «получается» and the like are left out
 * because they often carry one.
 */
const FILLERS: readonly string[][] = [
  ["ну"],
  ["вот"],
  ["короче"],
  ["собственно"],
  ["типа"],
  ["э"],
  ["ээ"],
  ["эээ"],
  ["эм"],
  ["мм"],
  ["ммм"],
  ["как", "бы"],
  ["это", "самое"],
  ["так", "сказать"],
  ["в", "общем"],
  ["скажем", "так"],
  ["um"],
  ["uh"],
  ["er"],
  ["erm"],
  ["you", "know"],
  ["kind", "of"],
  ["sort", "of"],
];

/** At the start of a turn they only take up the thread. */
const HALF_AT_START = new Set(["ну", "вот"]);
/** Recognition can loop on a monotone spot; more repeats than this are its own. */
const LOOP = 5;

/** How many parasites the turns hold; «ну» and «вот» at the start of a turn count half. */
export function countFillers(turns: readonly Turn[]): number {
  return turns.reduce((sum, turn) => sum + fillersIn(withoutLoops(tokenize(turn.text))), 0);
}

function fillersIn(tokens: readonly Token[]): number {
  let sum = 0;
  for (let at = 0; at < tokens.length; at++) {
    const filler = FILLERS.find((words) => words.every((word, offset) => tokens[at + offset]?.form === word));
    if (!filler || carriesSense(filler, tokens, at)) continue;
    sum += at === 0 && HALF_AT_START.has(filler[0] ?? "") ? 0.5 : 1;
    at += filler.length - 1;
  }
  return sum;
}

/** «Два типа», «нового типа»; «ну-ну», «вот это», «как бы вы», «what kind of»: the same letters with a sense. */
function carriesSense([first]: readonly string[], tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.form ?? "";
  const after = tokens[at + (first === "как" || first === "kind" || first === "sort" ? 2 : 1)]?.form ?? "";
  switch (first) {
    case "типа":
      return /^\d+$|^(два|три|четыре|оба)$|(ого|его)$/.test(before);
    case "ну":
      return before === "ну" || after === "ну";
    case "вот":
      return /^(это|этот|эта|эти|так|такой|такая|такие|почему|где|здесь|тут)$/.test(after);
    case "как":
      return /^(ты|вы|мы|я|он|она|они|не)$/.test(after);
    case "kind":
    case "sort":
      return /^(what|which|this|that|any|some|every|a|the)$/.test(before);
    default:
      return false;
  }
}

/** A word said over and over in one turn is said once. */
function withoutLoops(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  let run = 0;
  for (const [index, token] of tokens.entries()) {
    run = token.form === tokens[index - 1]?.form ? run + 1 : 1;
    if (run === 1 || !isLoop(tokens, index, token.form)) kept.push(token);
  }
  return kept;
}

function isLoop(tokens: readonly Token[], at: number, form: string): boolean {
  let from = at;
  while (tokens[from - 1]?.form === form) from--;
  let to = at;
  while (tokens[to + 1]?.form === form) to++;
  return to - from + 1 >= LOOP;
}
