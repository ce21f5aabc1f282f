/**
 * Makes the sample calls of the sandbox, sound and text, from the scripts in `scripts/sample-calls/`:
 *
 *     node scripts/make-sample-calls.ts
 *
 * Needs the Debian packages espeak-ng, sox, lame, opus-tools and flac. What it makes is committed, so that nobody else
 * needs them. The same programs make the same bytes again.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScenarioCall } from "../local/sandbox/scenario.ts";
import { balcony } from "./sample-calls/balcony.ts";
import { cottage } from "./sample-calls/cottage.ts";
import { hundredPoints } from "./sample-calls/hundred-points.ts";
import { noisyRoad } from "./sample-calls/noisy-road.ts";
import { office } from "./sample-calls/office.ts";
import { priceMonologue } from "./sample-calls/price-monologue.ts";
import { rudeAgent } from "./sample-calls/rude-agent.ts";
import type { CallScript, ScriptTurn, Sound, Voice } from "./sample-calls/script.ts";
import { addNoise, encode, mix, SPEECH_RATE_HZ, speak, wavFile } from "./sample-calls/sound.ts";
import { internal, loginPage, missed, tooShort } from "./sample-calls/unscored.ts";
import { veranda } from "./sample-calls/veranda.ts";
import { warehouse } from "./sample-calls/warehouse.ts";

const scripts: CallScript[] = [
  balcony,
  cottage,
  missed,
  rudeAgent,
  tooShort,
  office,
  internal,
  hundredPoints,
  noisyRoad,
  warehouse,
  priceMonologue,
  veranda,
  loginPage,
];

const agentVoices: Record<string, Voice> = {
  "11": { variant: "f3", wordsPerMinute: 196, pitch: 55 },
  "12": { variant: "m3", wordsPerMinute: 190, pitch: 42 },
  "13": { variant: "m7", wordsPerMinute: 192, pitch: 34 },
  "14": { variant: "f5", wordsPerMinute: 200, pitch: 44 },
};

/** Recorders start a moment before the first word and stop a moment after the last. */
const LEAD_SEC = 0.6;
const TAIL_SEC = 0.25;

const outputDirectory = join(import.meta.dirname, "../local/sandbox/calls");

interface SpokenTurn {
  turn: ScriptTurn;
  samples: Float32Array;
  startSec: number;
  endSec: number;
}

async function makeCall(script: CallScript, workDirectory: string): Promise<string> {
  if ("durationSec" in script.sound) {
    await writeCall(script, { durationSec: script.sound.durationSec, audio: null, segments: [] });
    return `${script.slug}: no sound`;
  }
  const sound = script.sound;
  const spoken = await speakTurns(script, sound, workDirectory);
  const lengthSec = Math.max(...spoken.map((one) => one.endSec)) + TAIL_SEC;
  const mixed = mix(
    spoken.map(({ turn, samples, startSec }) => ({
      samples,
      startSec,
      channel: sound.channels === 2 && turn.by === "client" ? 1 : 0,
      level: turn.by === "client" ? (sound.clientLevel ?? 1) : 1,
    })),
    { channels: sound.channels, lengthSec },
  );
  if (sound.noise) addNoise(mixed, sound.noise);
  const audio = `${script.slug}.${sound.encoding}`;
  const source = join(workDirectory, `${script.slug}.mix.wav`);
  await writeFile(source, wavFile(mixed));
  await encode(source, join(outputDirectory, audio), sound);
  await writeCall(script, {
    durationSec: Math.round(lengthSec),
    audio,
    segments: spoken.map((one) => segmentOf(one, sound)),
  });
  return `${audio}: ${lengthSec.toFixed(1)} s, the agent talks ${Math.round(agentShare(spoken) * 100)} % of the speech`;
}

async function speakTurns(script: CallScript, sound: Sound, workDirectory: string): Promise<SpokenTurn[]> {
  const spoken: SpokenTurn[] = [];
  for (const [n, turn] of script.turns.entries()) {
    const voice = turn.by === "agent" ? agentVoices[script.agentId] : sound.clientVoice;
    if (!voice) throw new Error(`agent ${script.agentId} of ${script.slug} has no voice`);
    const samples = await speak(turn.say, voice, join(workDirectory, `${script.slug}-${n}.wav`));
    const previousEndSec = spoken.at(-1)?.endSec;
    const startSec =
      previousEndSec === undefined
        ? LEAD_SEC
        : roundSec(Math.max(0, previousEndSec + (turn.afterSec ?? ordinaryPauseSec(n))));
    spoken.push({ turn, samples, startSec, endSec: roundSec(startSec + samples.length / SPEECH_RATE_HZ) });
  }
  return spoken;
}

/** 0.35 to 0.75 s, uneven as between people, the same every time. */
function ordinaryPauseSec(n: number): number {
  return 0.35 + ((n * 37) % 5) / 10;
}

function segmentOf({ turn, startSec, endSec }: SpokenTurn, sound: Sound): ScenarioCall["segments"][number] {
  let text = turn.say;
  for (const [said, understood] of Object.entries(turn.heard)) {
    if (!text.includes(said)) throw new Error(`«${said}» does not stand in «${turn.say}»`);
    text = text.replace(said, understood);
  }
  const agentVoice = sound.agentVoiceNumber ?? 0;
  return {
    channel: sound.channels === 2 && turn.by === "client" ? 1 : 0,
    voice: sound.channels === 2 ? null : turn.by === "agent" ? agentVoice : 1 - agentVoice,
    startSec,
    endSec,
    text,
    words: wordsOf(text, startSec, endSec),
  };
}

/** Each word gets its part of the turn by its number of letters; a recogniser's words carry no punctuation at their ends. */
function wordsOf(
  text: string,
  startSec: number,
  endSec: number,
): { text: string; startSec: number; endSec: number }[] {
  const words = text
    .split(/\s+/u)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%₽]+$/gu, ""))
    .filter((word) => word !== "");
  const letters = words.reduce((sum, word) => sum + word.length + 1, 0);
  let at = 0;
  return words.map((word) => {
    const from = startSec + ((endSec - startSec) * at) / letters;
    at += word.length + 1;
    const to = startSec + ((endSec - startSec) * at) / letters;
    return { text: word, startSec: roundSec(from), endSec: roundSec(to) };
  });
}

function agentShare(spoken: SpokenTurn[]): number {
  const secondsOf = (list: SpokenTurn[]) => list.reduce((sum, one) => sum + one.endSec - one.startSec, 0);
  return secondsOf(spoken.filter((one) => one.turn.by === "agent")) / secondsOf(spoken);
}

function roundSec(value: number): number {
  return Math.round(value * 100) / 100;
}

async function writeCall(
  script: CallScript,
  made: Pick<ScenarioCall, "durationSec" | "audio" | "segments">,
): Promise<void> {
  const call = ScenarioCall.parse({
    slug: script.slug,
    nativeId: script.nativeId,
    callType: script.callType,
    startedAt: script.startedAt,
    durationSec: made.durationSec,
    failedCode: script.failedCode ?? "200",
    agentId: script.agentId,
    phone: script.phone,
    line: "+74950000042",
    category: script.category ?? "external",
    entity: script.entity,
    activityId: script.activityId,
    audio: made.audio,
    recordingAfterSec: script.recordingAfterSec ?? 0,
    recordingIsHtml: script.recordingIsHtml,
    segments: made.segments,
    model: script.model,
    expected: script.expected,
  } satisfies Record<keyof ScenarioCall, unknown>);
  // One word per line would make the files unreadable: a word stands on its line as a whole.
  const json = JSON.stringify(call, null, 2).replace(
    /\{\s+"text": ("(?:[^"\\]|\\.)*"),\s+"startSec": ([\d.]+),\s+"endSec": ([\d.]+)\s+\}/g,
    '{ "text": $1, "startSec": $2, "endSec": $3 }',
  );
  await writeFile(join(outputDirectory, `${script.slug}.json`), `${json}\n`);
}

await mkdir(outputDirectory, { recursive: true });
const workDirectory = await mkdtemp(join(tmpdir(), "sample-calls-"));
try {
  for (const script of scripts) console.log(await makeCall(script, workDirectory));
} finally {
  await rm(workDirectory, { recursive: true });
}
