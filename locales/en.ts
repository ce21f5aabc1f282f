import type { Texts } from "./ru.ts";

/** Every text a customer reads, in English. */

const decimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const number = (value: number) => decimal.format(value);
const calls = (n: number) => `${number(n)} ${n === 1 ? "call" : "calls"}`;

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

const outcomes: Texts["outcomes"] = {
  "call.missed": "not connected",
  "call.too_short": "too short",
  "call.internal": "internal",
  "call.info": "automatic dialling",
  "call.voicemail": "answering machine",
  "call.menu": "voice menu",
  "call.wrong_number": "wrong number",
  "call.type_unclear": "kind of call not clear",
  "call.unknown": "not in the portal's statistics",
  "recording.absent": "no recording",
  "recording.empty": "recording is empty",
  "recording.not_audio": "another file instead of the recording",
  "recording.unsupported_format": "format of the recording is not supported",
  "recording.truncated": "recording could not be downloaded whole",
  "recording.too_large": "recording larger than 1 GB",
  "recording.url_refused": "recording lies at an address that is not trusted",
  "speech.rejected_audio": "recognition did not take the recording",
  "speech.undecodable": "recording could not be decoded",
  "speech.task_failed": "recognition gave up",
  "speech.task_lost": "recognition task was lost",
  "speech.timed_out": "recognition did not answer in time",
  "transcript.no_speech": "no speech on the recording",
  "transcript.bad_audio": "recording too bad to understand",
  "checklist.none": "no checklist for it",
  "checklist.invalid": "checklist has a mistake",
  "llm.input_too_long": "conversation longer than the model takes",
};

const sides = { agent: "the agent's turns", client: "the client's turns", any: "both sides' turns" };

const outcome = (code: string) =>
  Object.hasOwn(outcomes, code) ? outcomes[code as keyof typeof outcomes] : code;

export const en: Texts = {
  outcomes,
  verdict: {
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
  },
  digest: {
    title: (date) => `Digest of ${date}`,
    nothing: "There were no calls on this day.",
    scored: (scored, total) => `Scored ${scored} of ${calls(total)}`,
    average: (percent) => `Average score: ${percent} of 100`,
    passed: (passed, scored) => `Passed: ${passed} of ${scored}`,
    review: (n) => `For a person to review: ${calls(n)}`,
    inProgress: (n) => `Still in work: ${calls(n)}`,
    agents: "Agents",
    agent: (name, percent, n) => `${name}: ${percent} (${calls(n)})`,
    smallSample: "Fewer than ten calls each: too early to compare agents.",
    attention: "Need attention",
    best: "Best call",
    call: (time, agent, percent) => `${time}, ${agent}: ${percent}`,
    autoFail: (criterion) => `Critical violation: ${criterion}`,
    failedCriterion: (criterion) => `Not met: ${criterion}`,
    quote: (quote, at) => `“${quote}” (${at})`,
    notScored: "Not scored",
    reason: (code, n) => `${outcome(code)}: ${n}`,
    late: (n, percent) =>
      `Finished since for earlier days: ${calls(n)}${percent === null ? "" : `, average score ${percent}`}`,
    unknownAgent: "agent not named",
    upload: (title) => `file “${title}”`,
  },
  scorecard: {
    title: (percent) => `Call score: ${percent} of 100`,
    verdicts: {
      met: "met",
      partly: "partly",
      not_met: "not met",
      not_applicable: "not applicable",
      uncertain: "to be reviewed",
    },
    violation: "violation",
    noViolation: "no violation",
    weight: (weight) => `weight ${weight}`,
    advice: "What to say instead",
    summary: "In short",
    need: "What the client needs",
    nextStep: "Next step",
    noNextStep: "none was agreed",
    capped: (raw) => `Sum without the critical violation: ${raw}`,
    review: "The call waits for a person to review it.",
    transcript: "Transcript",
    speakers: { agent: "Agent", client: "Client", unknown: "Voice" },
    play: (at) => `Listen from ${at}`,
  },
  number,
  calls,
};
