import { createHash } from "node:crypto";
import type { AudioFormat } from "../../core/audio.ts";
import { VendorError } from "../../core/errors.ts";
import type { Speech, SpeechAudio, SpeechResult, SpeechSegment } from "../../core/ports/speech.ts";

export interface ScriptedSpeechOptions {
  /** What was said, by the SHA-256 (hex) of the audio file; a task for any other file fails. */
  recordings: ReadonlyMap<string, readonly SpeechSegment[]>;
  /** How often a task still runs when it is asked for. */
  pollsUntilDone?: number;
}

export interface ScriptedSpeech extends Speech {
  /** How many tasks were started, by the SHA-256 of the audio file. */
  started: Map<string, number>;
  uploads: number;
  /** The next calls of the method throw these, one each, and do nothing. */
  fail(method: "upload" | "start" | "result", ...errors: Error[]): void;
  /** The next start does its work, but the caller never hears of it. */
  loseNextStart(): void;
  /** Uploads and tasks are forgotten, as after the vendor's 72 hours. */
  forget(): void;
}

/** Speech in memory: hears in a recording what the script says about it. */
export function scriptedSpeech({ recordings, pollsUntilDone = 1 }: ScriptedSpeechOptions): ScriptedSpeech {
  const files = new Map<string, string>();
  const tasks = new Map<string, { hash: string; polls: number; separated: boolean; model: string }>();
  const failures = { upload: [] as Error[], start: [] as Error[], result: [] as Error[] };
  let losesNextStart = false;

  const fake: ScriptedSpeech = {
    name: "scripted",
    started: new Map(),
    uploads: 0,

    async upload({ body, sizeBytes }: SpeechAudio) {
      throwNext(failures.upload);
      const hash = createHash("sha256");
      let length = 0;
      for await (const chunk of body) {
        hash.update(chunk);
        length += chunk.byteLength;
      }
      if (length !== sizeBytes) throw new RangeError("the recording is not as long as it was said to be");
      fake.uploads += 1;
      const fileId = `file-${fake.uploads}`;
      files.set(fileId, hash.digest("hex"));
      return { fileId };
    },

    async start(fileId: string, format: AudioFormat) {
      throwNext(failures.start);
      const hash = files.get(fileId);
      if (hash === undefined) throw new VendorError("speech.file_lost", "no such upload");
      const taskId = `task-${tasks.size + 1}`;
      const model = format.channels > 1 && format.sampleRateHz <= 8000 ? "callcenter" : "general";
      tasks.set(taskId, { hash, polls: 0, separated: format.channels === 1, model });
      fake.started.set(hash, (fake.started.get(hash) ?? 0) + 1);
      if (losesNextStart) {
        losesNextStart = false;
        throw new VendorError("speech.start_unknown", "the answer was lost");
      }
      return { taskId };
    },

    async result(taskId: string): Promise<SpeechResult> {
      throwNext(failures.result);
      const task = tasks.get(taskId);
      if (!task) return { state: "failed", code: "speech.task_lost" };
      task.polls += 1;
      if (task.polls <= pollsUntilDone) return { state: "running" };
      const said = recordings.get(task.hash);
      if (!said) return { state: "failed", code: "speech.task_failed" };
      const segments = said
        .map((segment) => ({ ...segment, voice: task.separated ? (segment.voice ?? 0) : null }))
        .sort((a, b) => a.startSec - b.startSec || a.channel - b.channel);
      return { state: "done", recognised: { model: task.model, segments } };
    },

    fail: (method, ...errors) => void failures[method].push(...errors),
    loseNextStart: () => {
      losesNextStart = true;
    },
    forget: () => {
      files.clear();
      tasks.clear();
    },
  };
  return fake;
}

function throwNext(errors: Error[]): void {
  const error = errors.shift();
  if (error) throw error;
}
