import type { Direction } from "./call.ts";
import type { SpeechSegment } from "./ports/speech.ts";
import { findPhrase } from "./score/keyword.ts";
import { tokenize } from "./score/text.ts";
import type { Speaker, Transcript } from "./transcript.ts";

export interface RoleFacts {
  channels: number;
  /** On stereo, by the telephony's habit (Voximplant: left is the endpoint's own audio). */
  agentChannel: number;
  direction: Direction | null;
}

export interface RoleDecision {
  roles: Transcript["roles"];
  speakerOf(segment: SpeechSegment): Speaker;
}

interface Sign {
  phrase: string;
  weight: number;
  /** Tells only in a voice's first words: later the client too names himself or speaks of another company. */
  opening?: true;
}

const AGENT_SIGNS: Sign[] = [
  { phrase: "меня зовут", weight: 2, opening: true },
  { phrase: "компания", weight: 3, opening: true },
  { phrase: "отдел продаж", weight: 3, opening: true },
  { phrase: "менеджер", weight: 2, opening: true },
  { phrase: "администратор", weight: 2, opening: true },
  { phrase: "чем могу помочь", weight: 3 },
  { phrase: "как могу к вам обращаться", weight: 3 },
  { phrase: "как к вам обращаться", weight: 3 },
  { phrase: "удобно говорить", weight: 3 },
  { phrase: "удобно сейчас говорить", weight: 3 },
  { phrase: "вы оставляли заявку", weight: 3 },
  { phrase: "по вашей заявке", weight: 3 },
  { phrase: "по заявке", weight: 3, opening: true },
  { phrase: "есть минута", weight: 2, opening: true },
  { phrase: "есть пара минут", weight: 2, opening: true },
  { phrase: "могу предложить", weight: 2 },
  { phrase: "предлагаю", weight: 1 },
  { phrase: "записать вас", weight: 3 },
  { phrase: "запишу вас", weight: 3 },
  { phrase: "записываю вас", weight: 3 },
  { phrase: "пришлю вам", weight: 2 },
  { phrase: "отправлю вам", weight: 2 },
  { phrase: "наш мастер", weight: 2 },
  { phrase: "наш замерщик", weight: 2 },
  { phrase: "наши специалисты", weight: 2 },
  { phrase: "что для вас важно", weight: 2 },
  { phrase: "спасибо за обращение", weight: 3 },
  { phrase: "спасибо за звонок", weight: 3 },
  { phrase: "my name is", weight: 2, opening: true },
  { phrase: "how can I help", weight: 3 },
  { phrase: "thank you for calling", weight: 3 },
];

const CLIENT_SIGNS: Sign[] = [
  { phrase: "сколько стоит", weight: 2 },
  { phrase: "сколько это стоит", weight: 2 },
  { phrase: "сколько будет стоить", weight: 2 },
  { phrase: "я подумаю", weight: 3 },
  { phrase: "мы подумаем", weight: 3 },
  { phrase: "посоветуюсь", weight: 2 },
  { phrase: "мне нужно", weight: 1 },
  { phrase: "мне надо", weight: 1 },
  { phrase: "нам нужно", weight: 1 },
  { phrase: "я хотел бы", weight: 2 },
  { phrase: "я хотела бы", weight: 2 },
  { phrase: "хочу узнать", weight: 2 },
  { phrase: "звоню узнать", weight: 3 },
  { phrase: "дорого", weight: 1 },
  { phrase: "дороговато", weight: 2 },
  { phrase: "дешевле", weight: 1 },
  { phrase: "how much is", weight: 2 },
  // Who asks for the sales department is not in it.
  { phrase: "соедините", weight: 4, opening: true },
  { phrase: "переключите", weight: 4, opening: true },
  { phrase: "позовите", weight: 4, opening: true },
  { phrase: "можно менеджера", weight: 4, opening: true },
  { phrase: "мне менеджера", weight: 4, opening: true },
];

const OPENING_SEGMENTS = 2;
/** Who is called answers first. */
const ANSWERED_FIRST = 2;
/** With less between the voices nobody is named: a wrong agent is worse than none. */
const LEAST_MARGIN = 3;

/**
 * Decides who is the agent. A recording with a channel per side tells by the channel; on one channel the words of each voice
 * tell, and when they do not, nobody is named: a wrong agent is worse than none.
 */
export function decideRoles(
  segments: readonly SpeechSegment[],
  { channels, agentChannel, direction }: RoleFacts,
): RoleDecision {
  const heardChannels = new Set(segments.map((segment) => segment.channel));
  if (channels >= 2 && heardChannels.size >= 1) {
    return {
      roles: { by: "channel", confidence: 1 },
      speakerOf: (segment) => (segment.channel === agentChannel ? "agent" : "client"),
    };
  }
  const voices = [...new Set(segments.map((segment) => segment.voice))].filter((voice) => voice !== null);
  if (voices.length < 2) return undecided;
  const [best, second] = voices
    .map((voice) => ({
      voice,
      score:
        agentScore(segments.filter((segment) => segment.voice === voice)) +
        (direction === "incoming" && segments[0]?.voice === voice ? ANSWERED_FIRST : 0),
    }))
    .sort((a, b) => b.score - a.score);
  const margin = best && second ? best.score - second.score : 0;
  if (!best || margin < LEAST_MARGIN) return undecided;
  return {
    roles: { by: "rules", confidence: Math.round(Math.min(0.95, 0.5 + margin * 0.07) * 100) / 100 },
    speakerOf: (segment) =>
      segment.voice === null ? "unknown" : segment.voice === best.voice ? "agent" : "client",
  };
}

const undecided: RoleDecision = { roles: { by: "unknown", confidence: 0 }, speakerOf: () => "unknown" };

function agentScore(segments: readonly SpeechSegment[]): number {
  const opening = segments.slice(0, OPENING_SEGMENTS).flatMap((segment) => tokenize(segment.text));
  const all = segments.flatMap((segment) => tokenize(segment.text));
  const sum = (signs: readonly Sign[]) =>
    signs.reduce(
      (total, sign) =>
        total + (findPhrase(tokenize(sign.phrase), sign.opening ? opening : all) ? sign.weight : 0),
      0,
    );
  return sum(AGENT_SIGNS) - sum(CLIENT_SIGNS);
}
