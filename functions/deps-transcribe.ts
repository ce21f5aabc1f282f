import { base, type Queue, settingsOf } from "./deps-root.ts";
import { recognitionsAtOnce, speech } from "./deps-speech.ts";
import type { TranscribePorts } from "./transcribe/stage.ts";

export const openTranscribe = async (): Promise<TranscribePorts & { queue: Queue }> => ({
  ...base(),
  speech,
  slots: recognitionsAtOnce(),
  settingsOf,
});
