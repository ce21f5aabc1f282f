import { createHash } from "node:crypto";
import type { SpeechSegment } from "../../../core/ports/speech.ts";
import type { Store } from "../../../core/ports/store.ts";
import type { Transcript } from "../../../core/transcript.ts";
import { RecordingStored } from "../../../events/recording-stored.ts";
import { transcribe } from "../../../functions/transcribe/stage.ts";
import { scriptedSpeech } from "../../fakes/speech.ts";
import { mp3Silence } from "../../speech/recordings.ts";
import { lastSent, makeWorld, readObject, runUntilSettled } from "../world.ts";

export const CALL_ID = "20261120-bitrix24-ABCD.1";
export const FOLDER = `calls/default/2026-11-20/${CALL_ID}/`;
const stereo = mp3Silence("8000 stereo", 200);
export const mono = mp3Silence("8000 mono", 200);

export function segment(
  channel: number,
  startSec: number,
  text: string,
  voice: number | null = null,
): SpeechSegment {
  const words = text.split(" ").map((word, index) => ({
    text: word.toLowerCase().replace(/[^\p{L}\d-]/gu, ""),
    startSec: startSec + index * 0.4,
    endSec: startSec + index * 0.4 + 0.3,
  }));
  return { channel, voice, startSec, endSec: words.at(-1)?.endSec ?? startSec, text, words };
}

export const onTwoChannels = [
  segment(0, 0.5, "Добрый день, компания «Север-Окна», меня зовут Анна."),
  segment(1, 5, "Здравствуйте, сколько стоит окно?"),
  segment(0, 8, "Как могу к вам обращаться?"),
];
export const onOneChannel = onTwoChannels.map((one) => ({ ...one, channel: 0, voice: one.channel + 1 }));

export async function transcribeWorld(
  options: {
    audio?: Uint8Array;
    said?: SpeechSegment[] | null;
    pollsUntilDone?: number;
    agentChannel?: number;
    store?: Store;
    slots?: number | null;
  } = {},
) {
  const { audio = stereo, said = onTwoChannels } = options;
  const hash = createHash("sha256").update(audio).digest("hex");
  const speech = scriptedSpeech({
    recordings: new Map(said === null ? [] : [[hash, said]]),
    pollsUntilDone: options.pollsUntilDone ?? 1,
  });
  const world = makeWorld({
    ...(options.store ? { store: options.store } : {}),
    settings: { agentChannel: options.agentChannel ?? 0 },
  });
  await world.store.put(`${FOLDER}recording.mp3`, audio);
  return {
    ...world,
    heard: speech,
    speech: async () => speech,
    slots: options.slots === undefined ? 5 : options.slots,
    paidTasks: () => [...speech.started.values()].reduce((sum, count) => sum + count, 0),
  };
}

export const stored = RecordingStored.create({
  tenant: "default",
  subject: CALL_ID,
  time: new Date("2026-11-20T10:00:00Z"),
  data: { recordingKey: `${FOLDER}recording.mp3` },
});

export type TranscribeWorld = Awaited<ReturnType<typeof transcribeWorld>>;

/** Starts the task and comes back until there is a transcript. */
export async function transcribeWhole(world: TranscribeWorld): Promise<Transcript> {
  await runUntilSettled(transcribe, stored, world);
  await runUntilSettled(transcribe, lastSent(world, "transcribe").event, world);
  return (await readObject(world.store, `${FOLDER}transcript.json`)) as Transcript;
}
