import type { VerdictTexts } from "./verdict.ru.ts";
import { number } from "./words.en.ts";

/** What code writes under a verdict, in English. By themselves, since the stage that scores needs no other text. */

const sides = { agent: "the agent's turns", client: "the client's turns", any: "both sides' turns" };

const metrics: Record<string, { name: string; show: (value: number) => string }> = {
  agentTalkShare: { name: "agent's share of speech", show: (value) => `${number(value * 100)}%` },
  longestAgentTurnSec: { name: "agent's longest monologue", show: (value) => `${number(value)} s` },
  silenceShare: { name: "share of silence", show: (value) => `${number(value * 100)}%` },
  interruptionsByAgent: { name: "interruptions of the client", show: number },
  overlapSec: { name: "both speaking at once", show: (value) => `${number(value)} s` },
  agentWordsPerMinute: { name: "agent's pace", show: (value) => `${number(value)} words per minute` },
  agentFillersPerMinute: {
    name: "agent's filler words",
    show: (value) => `${number(value)} per minute`,
  },
  clientQuestions: { name: "client's questions", show: number },
  agentQuestions: { name: "agent's questions", show: number },
  patienceSec: { name: "agent's pause before answering", show: (value) => `${number(value)} s` },
};

const metric = (name: string) => metrics[name] ?? { name, show: number };

export const verdictEn: VerdictTexts = {
  heard: "It was said.",
  notHeard: ({ speaker, phrases, firstSec, lastSec }) => {
    const where = [
      sides[speaker],
      ...(firstSec === undefined ? [] : [`in the first ${number(firstSec)} s of the conversation`]),
      ...(lastSec === undefined ? [] : [`in the last ${number(lastSec)} s of the conversation`]),
    ].join(" ");
    return `Not heard: ${phrases.map((phrase) => `“${phrase}”`).join(", ")} or the like. Looked for in ${where}.`;
  },
  companyNameNotSet: "The company's name is not in the settings, so this was not checked.",
  violationNotHeard: "No violation was heard.",
  violationHeard: "Something was said that must not be.",
  speakersUnknown: "It was said, but on a one-channel recording it is not clear by whom.",
  metric: (name, value, { min, max }) => {
    const { name: title, show } = metric(name);
    const norm = [
      ...(min === undefined ? [] : [`at least ${show(min)}`]),
      ...(max === undefined ? [] : [`at most ${show(max)}`]),
    ].join(" and ");
    return `Measured: ${title} is ${show(value)}; the norm is ${norm}.`;
  },
  metricUnknown: (name) => `Not measured: ${metric(name).name}. This recording does not tell.`,
  modelNotConfigured: "No model is connected, the criterion was not judged.",
  modelRefused: "The model declined to answer, the criterion was not judged.",
  modelCut: "The model's answer was cut off, the criterion was not judged.",
  modelUnreadable: "The model's answer could not be read, the criterion was not judged.",
  modelIncomplete: "The model gave no full answer on the criterion, it was not judged.",
  quoteRefused: "The model had no exact quote for its verdict, the criterion was not judged.",
};
