import { findPhrase } from "./score/keyword.ts";
import { unionSec } from "./score/metrics.ts";
import { tokenize } from "./score/text.ts";
import type { Transcript, Turn } from "./transcript.ts";

const VOICEMAIL = [
  "оставьте сообщение после сигнала",
  "оставьте ваше сообщение",
  "голосовая почта",
  "вас приветствует автоответчик",
  "абонент недоступен",
  "абонент временно недоступен",
  "аппарат абонента выключен",
  "вне зоны действия сети",
  "после звукового сигнала",
  "абонент не отвечает",
  "не может ответить на ваш звонок",
  "leave a message after the tone",
  "leave your message after",
];

const MENU = [
  "нажмите один",
  "нажмите 1",
  "нажмите два",
  "нажмите 2",
  "нажмите ноль",
  "нажмите 0",
  "нажмите решетку",
  "наберите добавочный номер",
  "дождитесь ответа оператора",
  "ваш звонок очень важен",
  "press one",
  "press 1",
];

const WRONG_NUMBER = [
  "вы ошиблись номером",
  "ошиблись номером",
  "ошибся номером",
  "ошиблась номером",
  "не туда попали",
  "не туда попал",
  "не туда попала",
  "you have the wrong number",
];

/** People say this much to each other even in a short conversation. */
const CONVERSATION_TURNS = 6;
/** Who answers each other so often after the machine's last words has got past it. */
const EXCHANGES_AFTER_MACHINE = 3;
/** With text for less of the audio the recording or its recognition is too bad to judge anybody by it. */
const LEAST_SPEECH_SHARE = 0.3;
/** People think and look something up: a pause as long as this is no hole in the text. */
const PAUSE_SEC = 10;
/** A pause as long as this is somebody waiting on the line, not speech that was not understood. */
const HOLD_SEC = 30;
/** A recording with more of them is rather one of which only fragments were understood. */
const MAX_HOLDS = 2;

/**
 * Why a transcript holds no conversation that could be scored: an answering machine, a menu, a wrong number, a recording that is
 * mostly not understood. Null when it holds one. An answering machine in front of a real conversation is none.
 */
export function noConversation(
  transcript: Transcript,
): "call.voicemail" | "call.menu" | "call.wrong_number" | "transcript.bad_audio" | null {
  const { turns } = transcript;
  if (isMachine(turns, VOICEMAIL)) return "call.voicemail";
  if (isMachine(turns, MENU)) return "call.menu";
  const isShort = turns.length < CONVERSATION_TURNS;
  if (isShort && lastSaying(turns, WRONG_NUMBER) >= 0) return "call.wrong_number";
  const talkSec = transcript.durationSec - (isShort ? 0 : holdSec(transcript));
  const isUnheard = talkSec > 0 && coveredSec(turns) / talkSec < LEAST_SPEECH_SHARE;
  return isUnheard ? "transcript.bad_audio" : null;
}

/** A machine can speak for minutes, so it is not the turns that count but how often the two sides answer each other. */
function isMachine(turns: readonly Turn[], phrases: readonly string[]): boolean {
  const last = lastSaying(turns, phrases);
  if (last < 0) return false;
  // A turn of nobody may be an answer to the one before; behind the machine it proves nothing.
  const named = turns.slice(last + 1).filter((turn) => sideOf(turn) !== undefined);
  return exchangesIn(turns) < CONVERSATION_TURNS - 1 && exchangesIn(named) < EXCHANGES_AFTER_MACHINE;
}

function lastSaying(turns: readonly Turn[], phrases: readonly string[]): number {
  const wanted = phrases.map(tokenize);
  return turns.findLastIndex((turn) => {
    const tokens = tokenize(turn.text);
    return wanted.some((phrase) => findPhrase(phrase, tokens) !== undefined);
  });
}

function sideOf({ speaker, voice }: Turn): string | number | undefined {
  return speaker === "unknown" ? voice : speaker;
}

/** How often somebody else speaks than before. */
function exchangesIn(turns: readonly Turn[]): number {
  const sides = turns.map(sideOf);
  return sides.filter((side, at) => at > 0 && (side === undefined || side !== sides[at - 1])).length;
}

/** How much of the audio there is text for, in seconds. */
function coveredSec(turns: readonly Turn[]): number {
  return (
    unionSec(turns.map((turn) => ({ ...turn, endSec: turn.endSec + PAUSE_SEC }))) -
    PAUSE_SEC * stretchesOf(turns)
  );
}

/** How many stretches of text there are, with pauses that are too long between them. */
function stretchesOf(turns: readonly Turn[]): number {
  let stretches = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const turn of [...turns].sort((a, b) => a.startSec - b.startSec)) {
    if (turn.startSec > until + PAUSE_SEC) stretches += 1;
    until = Math.max(until, turn.endSec);
  }
  return stretches;
}

/** Seconds spent waiting: in a queue before the first words, while the agent looks something up, on a line that nobody hung up. */
function holdSec({ turns, durationSec }: Transcript): number {
  const pausesSec: number[] = [];
  let heardUntilSec = 0;
  for (const { startSec, endSec } of turns.toSorted((a, b) => a.startSec - b.startSec)) {
    pausesSec.push(startSec - heardUntilSec);
    heardUntilSec = Math.max(heardUntilSec, endSec);
  }
  pausesSec.push(durationSec - heardUntilSec);
  return pausesSec
    .filter((sec) => sec >= HOLD_SEC)
    .sort((a, b) => b - a)
    .slice(0, MAX_HOLDS)
    .reduce((sum, sec) => sum + sec, 0);
}
