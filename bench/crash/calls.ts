import { mkdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Scenario, ScenarioCall } from "../../local/sandbox/scenario.ts";

/** The calls of the crash test: copies of the sandbox's, each with a sound and a word of its own, so that what is paid for it can be counted. */

/** One in so many calls comes on top and ends without a score: missed, or too short. */
const SCORED_PER_ENDED = 20;
const ENDED = ["missed", "too-short"];
/** Overwritten at the end of a recording, where no header is. */
const MARK_BYTES = 16;
const SYLLABLES = ["ба", "ве", "ги", "до", "жу", "ля", "мэ", "ню", "ри", "та"];
const WORD = /Кодовое слово ([а-яё]+)\./;

/** `count` calls that are to be scored and a few on top that are not; their recordings are written to the folder. */
export async function makeCalls(scenario: Scenario, count: number, folder: string): Promise<ScenarioCall[]> {
  await mkdir(folder, { recursive: true });
  const scored = scenario.calls.filter(({ expected }) => expected.outcome === "scored");
  const ended = scenario.calls.filter(({ slug }) => ENDED.includes(slug));
  const onTop = Math.max(ended.length, Math.round(count / SCORED_PER_ENDED));
  const sources = [...take(scored, count), ...take(ended, onTop)];
  return Promise.all(sources.map((source, index) => copyOf(source, index, folder)));
}

/** The word that is said in one of the calls alone; undefined where there is none. */
export function wordIn(text: string): string | undefined {
  return WORD.exec(text)?.[1];
}

export function wordOf(call: ScenarioCall): string | undefined {
  return wordIn(call.segments.at(-1)?.text ?? "");
}

/** The call of the sandbox that it is a copy of. */
export function kindOf({ slug }: ScenarioCall): string {
  return slug.slice(0, slug.lastIndexOf("-"));
}

function take<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_value, index) => list[index % list.length]!);
}

async function copyOf(source: ScenarioCall, index: number, folder: string): Promise<ScenarioCall> {
  const number = String(index).padStart(4, "0");
  return {
    ...source,
    slug: `${source.slug}-${number}`,
    nativeId: `CRASH${number}.${Date.parse(source.startedAt) / 1000}`,
    audio: source.audio === null ? null : await copySound(source.audio, number, folder),
    segments: withWord(source.segments, number),
  };
}

async function copySound(file: string, number: string, folder: string): Promise<string> {
  const sound = await readFile(file);
  sound.write(number.padStart(MARK_BYTES, "0"), sound.length - MARK_BYTES, "latin1");
  const copy = join(folder, `${number}${extname(file)}`);
  await writeFile(copy, sound);
  return copy;
}

/** After everything else, so that no second and no quote of the others changes. */
function withWord(segments: ScenarioCall["segments"], number: string): ScenarioCall["segments"] {
  const last = segments.at(-1);
  if (!last) return segments;
  const word = [...number].map((digit) => SYLLABLES[Number(digit)]).join("");
  const [startSec, endSec] = [last.endSec + 0.5, last.endSec + 2];
  return [...segments, { ...last, startSec, endSec, text: `Кодовое слово ${word}.`, words: [] }];
}
