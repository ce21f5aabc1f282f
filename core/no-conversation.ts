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
/** With text for less of the audio the recording or its recognition is too bad to judge anybody by it. */
const LEAST_SPEECH_SHARE = 0.3;
/** People think, look something up and put each other on hold: a pause as long as this is no hole in the text. */
const PAUSE_SEC = 10;

/**
 * Why a transcript holds no conversation that could be scored: an answering machine, a menu, a wrong number, a recording that is
 * mostly not understood. Null when it holds one. An answering machine in front of a real conversation is none.
 */
export function noConversation(
  transcript: Transcript,
): "call.voicemail" | "call.menu" | "call.wrong_number" | "transcript.bad_audio" | null {
  const { turns, durationSec } = transcript;
  const isShort = turns.length < CONVERSATION_TURNS;
  if (isShort && says(turns, VOICEMAIL)) return "call.voicemail";
  if (isShort && says(turns, MENU)) return "call.menu";
  if (isShort && says(turns, WRONG_NUMBER)) return "call.wrong_number";
  const isUnheard = durationSec > 0 && coveredSec(turns) / durationSec < LEAST_SPEECH_SHARE;
  return isUnheard ? "transcript.bad_audio" : null;
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

function says(turns: readonly Turn[], phrases: readonly ReturnType<typeof tokenize>[]): boolean {
  return turns.some((turn) => {
    const tokens = tokenize(turn.text);
    return phrases.some((phrase) => findPhrase(phrase, tokens) !== undefined);
  });
}
