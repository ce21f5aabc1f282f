import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a guide tells its reader to type, and where it sends him. */

export const root = join(import.meta.dirname, "..", "..");

export interface Guide {
  path: string;
  text: string;
}

export async function readGuide(path: string): Promise<Guide> {
  return { path, text: await readFile(join(root, path), "utf8") };
}

export interface Typed {
  guide: string;
  /** As words of a shell, without quotes. */
  words: string[];
  /** In a sentence a command may be named without what belongs to it. */
  isWhole: boolean;
}

/** Commands of `program` in blocks and in sentences. What starts the program on one machine or another is left out: `npx`, `docker compose exec …`. */
export function typed({ path, text }: Guide, program: readonly string[]): Typed[] {
  const inBlocks = shellBlocks(text).flatMap((block) =>
    block
      .replaceAll("\\\n", " ")
      .split("\n")
      .map((line) => ({ line: line.replace(/(^|\s)#.*$/, ""), isWhole: true })),
  );
  const inSentences = spans(text).map((line) => ({ line, isWhole: false }));
  return [...inBlocks, ...inSentences].flatMap(({ line, isWhole }) =>
    line
      .split(/&&|\|\||[|;]|\$\(/)
      .map(wordsOf)
      .flatMap((words) => {
        const at = words.findIndex((word) => program.includes(word));
        return at === -1 || !words.slice(0, at).every(isStarter)
          ? []
          : [{ guide: path, words: words.slice(at + 1), isWhole }];
      }),
  );
}

/** What may stand in front of a program. */
function isStarter(word: string): boolean {
  return /^([A-Z_]+=.*|npx|-y|sudo|docker|compose|exec|run|--rm|--no-deps|calls)$/.test(word);
}

function wordsOf(line: string): string[] {
  const words = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words
    .filter((word) => !/^[<>]|^…$/.test(word) || /^<[a-z ]+>$/.test(word))
    .map((word) => word.replaceAll(/["']/g, ""));
}

function shellBlocks(text: string): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => withoutHereDocuments(block));
}

function withoutHereDocuments(block: string): string {
  return block.replaceAll(/<<'(\w+)'\n[\s\S]*?\n\1$/gm, "");
}

/** What stands between backticks in the prose. */
export function spans(text: string): string[] {
  return [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
}

export function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

/** Files of this project that are named, in blocks and in sentences. */
export function pathsNamed(text: string): string[] {
  const folders = "adapters|bench|checklists|core|deploy|docs|events|functions|local|scripts|stacks|test";
  const found = [...shellBlocks(text), ...spans(text)].flatMap((part) => [
    ...part.matchAll(new RegExp(`(?<![\\w/.-])(?:${folders})/[\\w./-]*[\\w]`, "g")),
  ]);
  return found.map(([path]) => path);
}

/** The cells of every table under a heading, without the line of titles. */
export function rowsUnder(text: string, heading: string): string[][] {
  const section = text.slice(text.indexOf(`\n${heading}\n`) + 1).slice(heading.length);
  const end = section.search(/^#{1,6} /m);
  const lines = section.slice(0, end === -1 ? undefined : end).split("\n");
  return lines
    .filter((line, at) => line.startsWith("|") && !isRule(line) && !isRule(lines[at + 1] ?? ""))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Between a table's titles and its rows. */
function isRule(line: string): boolean {
  return /^\| -+ /.test(line);
}

export function codesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** Headings as GitHub makes addresses of them. */
export function anchorsOf(text: string): Set<string> {
  const headings = [...prose(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(headings.map(anchorOf));
}

function anchorOf(heading: string): string {
  return heading
    .replaceAll(/[`*_]/g, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

export function linksOf(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}
