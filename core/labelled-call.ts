import * as z from "zod";
import type { Checklist, Criterion } from "./checklist.ts";
import { wasHeard } from "./score/grade.ts";
import { VerdictValue } from "./scorecard.ts";
import type { Transcript, Turn, Word } from "./transcript.ts";

/** Where no times are given, speech runs at this pace… */
const WORDS_PER_SEC = 2.5;
/** …and this much silence stands before every turn, the first one too. */
const PAUSE_SEC = 0.6;

/** A dash between spaces is no word and takes no time. */
const hasWord = (text: string) => /[\p{L}\p{N}]/u.test(text);

const LabelledTurn = z
  .strictObject({
    speaker: z.enum(["agent", "client"]),
    text: z.string().refine(hasWord, "a turn needs at least one word"),
    startSec: z.number().nonnegative().optional(),
    endSec: z.number().positive().optional(),
  })
  .refine(
    ({ startSec, endSec }) => (startSec === undefined) === (endSec === undefined),
    "startSec and endSec are given together or left out together",
  )
  .refine(({ startSec = 0, endSec = 1 + startSec }) => startSec < endSec, "endSec is not after startSec");
type LabelledTurn = z.infer<typeof LabelledTurn>;

/** What a person says of one criterion. `turn` is where it was heard, the first turn being 0. */
export const Label = z.strictObject({
  verdict: VerdictValue,
  turn: z.number().int().nonnegative().nullable().default(null),
});
export type Label = z.infer<typeof Label>;

/**
 * A conversation that a person has judged by a checklist, criterion by criterion: `labelled/<checklistId>/<slug>.json`. Closed, because it
 * is written by hand: a misspelt field is a mistake and not a field that nobody reads.
 */
export const LabelledCall = z.strictObject({
  checklist: z.string().min(1),
  language: z.enum(["ru", "en"]),
  /** What is hard about it, in one sentence. */
  note: z.string().min(1),
  /** What the CRM and the settings would have known; left out where the dialogue does not tell. */
  agentName: z.string().min(1).optional(),
  companyNames: z.array(z.string().min(1)).optional(),
  turns: z.array(LabelledTurn).min(1).superRefine(eachAfterTheLast),
  labels: z.record(z.string(), Label),
});
export type LabelledCall = z.infer<typeof LabelledCall>;

/** Labels count the turns as they stand in the file, so they stand there in the order of their seconds. */
function eachAfterTheLast(turns: readonly LabelledTurn[], context: z.RefinementCtx): void {
  const times = layOut(turns);
  for (const [index, { startSec }] of times.entries()) {
    if (startSec < (times[index - 1]?.startSec ?? 0))
      context.addIssue({ code: "custom", path: [index], message: "begins before the turn above it" });
  }
}

/** What is wrong with the labels, judged by the checklist that they are for; one sentence per mistake. */
export function labelMistakes(call: LabelledCall, checklist: Checklist): string[] {
  const known = new Set(checklist.criteria.map((criterion) => criterion.id));
  const strangers = Object.keys(call.labels).filter((id) => !known.has(id));
  return [
    ...strangers.map((id) => `labels.${id}: the checklist ${checklist.id} has no such criterion`),
    ...checklist.criteria.flatMap((criterion) => {
      const label = call.labels[criterion.id];
      const mistake = label ? labelMistake(criterion, label, call.turns) : "has no label";
      return mistake === undefined ? [] : [`labels.${criterion.id}: ${mistake}`];
    }),
  ];
}

function labelMistake(
  criterion: Criterion,
  { verdict, turn }: Label,
  turns: LabelledCall["turns"],
): string | undefined {
  const heard = wasHeard(criterion, verdict);
  if (turn === null) return heard ? `${verdict} was heard, so it needs the turn` : undefined;
  const said = turns[turn];
  if (!said) return `there is no turn ${turn}: the last one is ${turns.length - 1}`;
  if (criterion.polarity === "prohibited" && verdict === "met")
    return "met says that the violation was not heard, so there is no turn (heard, it is not_met)";
  if (
    heard &&
    criterion.check !== "metric" &&
    criterion.speaker !== "any" &&
    criterion.speaker !== said.speaker
  )
    return `is about the ${criterion.speaker}'s words, and turn ${turn} is the ${said.speaker}'s`;
  return undefined;
}

/** The conversation as recognition would have written it down, every word with its seconds. */
export function transcriptOf(call: LabelledCall, callId = "labelled"): Transcript {
  const times = layOut(call.turns);
  const turns = call.turns.map((turn, n): Turn => {
    const { startSec, endSec } = times[n] as Times;
    return {
      n,
      speaker: turn.speaker,
      channel: turn.speaker === "agent" ? 0 : 1,
      startSec,
      endSec,
      text: turn.text,
      words: wordsOf(turn.text, { startSec, endSec }),
    };
  });
  return {
    callId,
    language: call.language,
    durationSec: Math.max(...turns.map((turn) => turn.endSec)),
    channels: 2,
    source: { name: "labelled", model: null },
    roles: { by: "operator", confidence: 1 },
    turns,
  };
}

interface Times {
  startSec: number;
  endSec: number;
}

/** Given times stand; a turn without them follows the last word before it. */
function layOut(turns: readonly LabelledTurn[]): Times[] {
  let spokenUntil = 0;
  return turns.map(({ text, startSec, endSec }) => {
    const start = startSec ?? spokenUntil + PAUSE_SEC;
    const end = endSec ?? start + spokenWords(text).length / WORDS_PER_SEC;
    spokenUntil = Math.max(spokenUntil, end);
    return { startSec: hundredths(start), endSec: hundredths(end) };
  });
}

/** The words of a turn share its time evenly. */
function wordsOf(text: string, { startSec, endSec }: Times): Word[] {
  const words = spokenWords(text);
  const at = (index: number) => hundredths(startSec + ((endSec - startSec) * index) / words.length);
  return words.map((word, index) => ({ text: word, startSec: at(index), endSec: at(index + 1) }));
}

function spokenWords(text: string): string[] {
  return text.split(/\s+/).filter(hasWord);
}

function hundredths(sec: number): number {
  return Math.round(sec * 100) / 100;
}
