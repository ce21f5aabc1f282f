import { findPhrase } from "./score/keyword.ts";
import { unionSec } from "./score/metrics.ts";
import { type Token, tokenize } from "./score/text.ts";
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
].map(tokenize);

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
].map(tokenize);

const WRONG_NUMBER = [
  "вы ошиблись номером",
  "ошиблись номером",
  "ошибся номером",
  "ошиблась номером",
  "не туда попали",
  "не туда попал",
  "не туда попала",
  "you have the wrong number",
].map(tokenize);

/** People say this much to each other even in a short conversation. */
const CONVERSATION_TURNS = 6;
/** Who answers each other so often after the machine's last words has got past it. */
const EXCHANGES_AFTER_MACHINE = 3;
/** Below this share of speech the recording or its recognition is too bad to judge anybody by it. */
const LEAST_SPEECH_SHARE = 0.3;
/** A pause this long is somebody waiting on the line, not speech that was not understood. */
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
  const heardSec = transcript.durationSec - (isShort ? 0 : holdSec(transcript));
  const isUnheard = heardSec > 0 && unionSec(turns) / heardSec < LEAST_SPEECH_SHARE;
  return isUnheard ? "transcript.bad_audio" : null;
}

/** A machine can speak for minutes, so it is not the turns that count but how often the two sides answer each other. */
function isMachine(turns: readonly Turn[], phrases: readonly Token[][]): boolean {
  const last = lastSaying(turns, phrases);
  if (last < 0) return false;
  const unnamed = turns.filter((turn) => sideOf(turn) === undefined).length;
  return (
    exchangesIn(turns) + unnamed < CONVERSATION_TURNS - 1 &&
    exchangesIn(turns.slice(last + 1)) < EXCHANGES_AFTER_MACHINE
  );
}

function lastSaying(turns: readonly Turn[], phrases: readonly Token[][]): number {
  return turns.findLastIndex((turn) => {
    const tokens = tokenize(turn.text);
    return phrases.some((phrase) => findPhrase(phrase, tokens) !== undefined);
  });
}

function sideOf({ speaker, voice }: Turn): string | number | undefined {
  return speaker === "unknown" ? voice : speaker;
}

function exchangesIn(turns: readonly Turn[]): number {
  const sides = turns.flatMap((turn) => sideOf(turn) ?? []);
  return sides.filter((side, index) => index > 0 && side !== sides[index - 1]).length;
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
