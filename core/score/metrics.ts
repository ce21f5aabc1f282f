import * as z from "zod";
import type { Transcript, Turn } from "../transcript.ts";
import { countFillers } from "./fillers.ts";
import { tokenize } from "./text.ts";

/**
 * Talk metrics. Each is null where it cannot be known: on a mono recording whose speakers were not told
 * apart there is no agent to measure.
 */
export const Metrics = z.object({
  /** Agent's speech as a share of both sides' speech, 0 to 1. */
  agentTalkShare: z.number().nullable(),
  /**
   * The longest stretch of the agent's turns without a word of the client but backchannels, in seconds. A long pause ends it:
   * whoever waits on the line hears no monologue.
   */
  longestAgentTurnSec: z.number().nullable(),
  /** Share of the recording in which nobody speaks. */
  silenceShare: z.number().nullable(),
  /** How often the agent began while the client was speaking and both spoke for at least half a second. */
  interruptionsByAgent: z.number().nullable(),
  /** Time in which both speak, in seconds. */
  overlapSec: z.number().nullable(),
  /** Words per minute of the agent's own speech. */
  agentWordsPerMinute: z.number().nullable(),
  /** Parasites («ну», «как бы») per minute of the agent's own speech; null where recognition seems to have cleaned them out. */
  agentFillersPerMinute: z.number().nullable().default(null),
  clientQuestions: z.number().nullable(),
  agentQuestions: z.number().nullable(),
  /** Mean pause between the end of a client's turn and the agent's answer, in seconds. */
  patienceSec: z.number().nullable(),
});
export type Metrics = z.infer<typeof Metrics>;

export const MetricName = z.enum(Metrics.keyof().options);
export type MetricName = z.infer<typeof MetricName>;

/** Real overlap, not a breath: call centres count from half a second. */
const INTERRUPTION_SEC = 0.5;
/** From this long on a pause counts as silence (as call analytics count), and leaves the word to the client. */
const SILENCE_SEC = 5;
/** The agent who stops this shortly goes on speaking, he does not begin. */
const GOES_ON_SEC = 1.5;
const BACKCHANNELS = new Set([
  "угу",
  "ага",
  "да",
  "так",
  "понятно",
  "ясно",
  "хорошо",
  "мм",
  "yes",
  "ok",
  "right",
  "mhm",
]);
const QUESTION_WORDS = new Set(
  "как какой какая какое какие что где когда зачем почему сколько кто чей чем куда откуда расскажите подскажите how what where when why who which".split(
    " ",
  ),
);

/** Words before the question's own first one: «а сколько стоит», «ну как вам». */
const OPENERS = new Set("а и ну но вот так да ага угу хорошо понятно ясно скажите and so well ok".split(" "));

export function measure(transcript: Transcript): Metrics {
  const turns = [...transcript.turns].sort((a, b) => a.startSec - b.startSec);
  const agent = turns.filter((turn) => turn.speaker === "agent");
  const client = turns.filter((turn) => turn.speaker === "client");
  const silenceShare =
    transcript.durationSec > 0 ? round(1 - Math.min(1, unionSec(turns) / transcript.durationSec), 3) : null;
  if (agent.length === 0 || turns.some((turn) => turn.speaker === "unknown")) {
    return { ...unknownMetrics, silenceShare };
  }
  const agentSec = unionSec(agent);
  const clientSec = unionSec(client);
  const agentWords = agent.reduce((sum, turn) => sum + wordCount(turn), 0);
  const pauses = answerPauses(turns);
  const clientSpeech = client.filter((turn) => !isBackchannel(turn));
  return {
    agentTalkShare: agentSec + clientSec > 0 ? round(agentSec / (agentSec + clientSec), 3) : null,
    longestAgentTurnSec: round(longestStretchSec(turns, new Set(clientSpeech)), 2),
    silenceShare,
    interruptionsByAgent: interruptions(agent, clientSpeech),
    overlapSec: round(agentSec + clientSec - unionSec([...agent, ...client]), 2),
    agentWordsPerMinute: agentSec > 0 ? Math.round((agentWords * 60) / agentSec) : null,
    agentFillersPerMinute: fillersPerMinute(agent, client, agentSec),
    clientQuestions: client.reduce((sum, turn) => sum + questionCount(turn), 0),
    agentQuestions: agent.reduce((sum, turn) => sum + questionCount(turn), 0),
    patienceSec:
      pauses.length > 0 ? round(pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length, 2) : null,
  };
}

/** Of a call whose speakers nobody could tell apart. */
export const unknownMetrics: Metrics = {
  agentTalkShare: null,
  longestAgentTurnSec: null,
  silenceShare: null,
  interruptionsByAgent: null,
  overlapSec: null,
  agentWordsPerMinute: null,
  agentFillersPerMinute: null,
  clientQuestions: null,
  agentQuestions: null,
  patienceSec: null,
};

/** Time in which at least one of the turns is spoken, in seconds. */
export function unionSec(turns: readonly Turn[]): number {
  let total = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const turn of [...turns].sort((a, b) => a.startSec - b.startSec)) {
    total += Math.max(0, turn.endSec - Math.max(turn.startSec, until));
    until = Math.max(until, turn.endSec);
  }
  return total;
}

/** People talk this long without a single parasite only in a text that was cleaned. */
const CLEANED_WORDS = 300;

function fillersPerMinute(agent: readonly Turn[], client: readonly Turn[], agentSec: number): number | null {
  const heard = countFillers(agent);
  const words = [...agent, ...client].reduce((sum, turn) => sum + wordCount(turn), 0);
  const isCleaned = words >= CLEANED_WORDS && heard + countFillers(client) === 0;
  // Two slips in twenty seconds are no habit: less than a minute counts as one.
  return agentSec > 0 && !isCleaned ? round((heard * 60) / Math.max(60, agentSec), 1) : null;
}

function wordCount(turn: Turn): number {
  return turn.words.length > 0 ? turn.words.length : tokenize(turn.text).length;
}

function isBackchannel(turn: Turn): boolean {
  const tokens = tokenize(turn.text);
  return tokens.length <= 3 && tokens.every((token) => BACKCHANNELS.has(token.form));
}

/** Both lists are in time order, so the client's turns are searched only around the agent's. */
function interruptions(agent: readonly Turn[], clientSpeech: readonly Turn[]): number {
  return agent.filter((turn, index) => interrupts(turn, agent[index - 1], clientSpeech)).length;
}

function interrupts(turn: Turn, earlier: Turn | undefined, client: readonly Turn[]): boolean {
  let low = 0;
  let high = client.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((client[middle] as Turn).startSec < turn.startSec) low = middle + 1;
    else high = middle;
  }
  const before = client[low - 1];
  if (before === undefined) return false;
  if (Math.min(before.endSec, turn.endSec) - turn.startSec < INTERRUPTION_SEC) return false;
  if (isBackchannel(turn)) return false;
  // Whoever was speaking already was interrupted himself.
  return !(
    earlier !== undefined &&
    earlier.endSec > before.startSec &&
    turn.startSec - earlier.endSec < GOES_ON_SEC
  );
}

function longestStretchSec(turns: readonly Turn[], clientSpeech: ReadonlySet<Turn>): number {
  let longest = 0;
  let start: number | null = null;
  let end = 0;
  for (const turn of turns) {
    if (turn.speaker === "agent") {
      if (start === null || turn.startSec - end >= SILENCE_SEC) start = turn.startSec;
      end = Math.max(end, turn.endSec);
      longest = Math.max(longest, end - start);
    } else if (clientSpeech.has(turn)) {
      start = null;
    }
  }
  return longest;
}

function answerPauses(turns: readonly Turn[]): number[] {
  const pauses: number[] = [];
  for (const [index, turn] of turns.entries()) {
    const before = turns[index - 1];
    if (turn.speaker === "agent" && before?.speaker === "client")
      pauses.push(Math.max(0, turn.startSec - before.endSec));
  }
  return pauses;
}

/** By question marks; where recognition wrote no punctuation at all, by the word that opens the turn. */
function questionCount(turn: Turn): number {
  const marks = turn.text.match(/\?+/g)?.length ?? 0;
  if (marks > 0 || /[.!,]/.test(turn.text)) return marks;
  const first = tokenize(turn.text).find((token) => !OPENERS.has(token.form));
  return first && QUESTION_WORDS.has(first.form) ? 1 : 0;
}

function round(value: number, digits: number): number {
  // A hair below nothing would be shown as "-0".
  return Number(value.toFixed(digits)) + 0;
}
