import { withFallback } from "../core/fallback-llm.ts";
import type { Llm } from "../core/ports/llm.ts";
import { once, root } from "./deps-root.ts";
import { watched } from "./deps-watched.ts";

/** Two models that are asked one after the other have as much time as one alone, which the lease of a scoring reckons with. */
const TIMEOUT_OF_EACH_MODEL_SEC = 60;

export async function llm(): Promise<Llm | null> {
  if (!root().config.llm) return null;
  // Its library is large, and where calls are judged by rules alone nobody asks for it.
  const { openAiCompatible } = await import("../adapters/llm/openai-compatible.ts");
  const { config, clock } = root();
  return once("llm", () => {
    if (!config.llm) return null;
    const more = { clock, ...(config.llmFallback ? { timeoutSec: TIMEOUT_OF_EACH_MODEL_SEC } : {}) };
    const first = watched("llm", openAiCompatible({ ...config.llm, ...more }));
    if (!config.llmFallback) return first;
    const second = watched(
      "llm-fallback",
      openAiCompatible({ ...config.llmFallback, ...more, variables: "LLM_FALLBACK" }),
    );
    return withFallback(first, second);
  });
}
