import { Checklist, type Criterion } from "../core/checklist.ts";
import type { Transcript, Turn } from "../core/transcript.ts";
import type { Scenario } from "../local/sandbox/scenario.ts";

/** A long call and a long checklist, made of the sample calls' sentences: the same for every run. */

const CALL_SEC = 3600;
/** Never said, so that the whole call is searched for them. */
const UNSAID = ["рассрочка без переплаты", "подарочный сертификат", "бесплатная упаковка", "второй этаж"];
const SAID = ["здравствуйте", "добрый день", "меня зовут", "замер", "договор"];

export function longTranscript({ calls }: Scenario, turns: number): Transcript {
  const sentences = calls.flatMap(({ segments }) => segments.map(({ text }) => text));
  const turnSec = CALL_SEC / turns;
  return {
    callId: "20261119-bitrix24-BENCH.000000",
    language: "ru",
    durationSec: CALL_SEC,
    channels: 2,
    source: { name: "bench", model: null },
    roles: { by: "channel", confidence: 1 },
    turns: Array.from({ length: turns }, (_value, n) =>
      turnOf(n, turnSec, sentences[n % sentences.length] ?? ""),
    ),
  };
}

function turnOf(n: number, turnSec: number, text: string): Turn {
  const startSec = n * turnSec;
  const endSec = startSec + turnSec * 0.9;
  const words = text.split(/\s+/).map((word, index, all) => ({
    text: word.replace(/[.,!?]+$/, ""),
    startSec: startSec + ((endSec - startSec) * index) / all.length,
    endSec: startSec + ((endSec - startSec) * (index + 1)) / all.length,
  }));
  return { n, speaker: n % 2 === 0 ? "agent" : "client", channel: n % 2, startSec, endSec, text, words };
}

/** Two in five criteria by words, two in five by the model, one in five by metrics. */
export function longChecklist(criteria: number): Checklist {
  return Checklist.parse({
    id: "bench",
    version: 1,
    name: "Длинный чек-лист",
    status: "published",
    criteria: Array.from({ length: criteria }, (_value, index) => criterionOf(index)),
  });
}

function criterionOf(index: number): Partial<Criterion> {
  const named = { id: `criterion-${index}`, text: `Критерий ${index}` };
  switch (index % 5) {
    case 0:
      return { ...named, check: "keyword", phrases: [[UNSAID[index % UNSAID.length] ?? ""], [...UNSAID]] };
    case 1:
      return { ...named, check: "keyword", phrases: [[SAID[index % SAID.length] ?? ""], [...SAID]] };
    case 2:
      return { ...named, check: "metric", metric: { name: "agentTalkShare", max: 0.65 } };
    default:
      return { ...named, check: "semantic" };
  }
}

/** What a model would answer: for each criterion three whole turns as quotes, spread over the call. */
export function quotingAnswer(transcript: Transcript, checklist: Checklist): object {
  const semantic = checklist.criteria.filter(({ check }) => check === "semantic");
  const verdicts = semantic.map(({ id }, index) => {
    const evidence = [1, 2, 3].map((nth) => {
      const turn = transcript.turns[(index * 97 + nth * 461) % transcript.turns.length];
      return { turn: turn?.n, speaker: turn?.speaker, quote: turn?.text };
    });
    return [id, { evidence, comment: "Сказано.", verdict: "met", level: null, advice: null }] as const;
  });
  return {
    callType: "first-sale",
    summary: "Длинный разговор.",
    clientNeed: null,
    verdicts: Object.fromEntries(verdicts),
    objections: [],
    nextStep: null,
    advice: [],
  };
}
