import { llm } from "./deps-llm.ts";
import { base, type Queue, settingsOf } from "./deps-root.ts";
import type { ScorePorts } from "./score/stage.ts";

export const openScore = async (): Promise<ScorePorts & { queue: Queue }> => ({ ...base(), llm, settingsOf });
