import * as z from "zod";
import { callPrefix, waitingKey } from "../../core/bucket-layout.ts";
import { readJson } from "../../core/store-json.ts";
import { Waiting } from "../../core/waiting.ts";
import type { Session } from "./ports.ts";

/** How far a call is, in the order of the pipeline. */
export const stages = ["queued", "fetched", "recorded", "transcribed", "scored"] as const;
export const StageName = z.enum(stages);
export type StageName = z.infer<typeof StageName>;

/** By what lies in the call's folder. */
export async function stageOf(
  callId: string,
  { ports: { store }, tenant }: Session,
): Promise<{
  stage: StageName;
  waiting: { code: string; until: string | null } | null;
  /** Whether anything stands of the call. */
  isKnown: boolean;
}> {
  const prefix = callPrefix(tenant, callId);
  let reached = 0;
  let isKnown = false;
  for await (const { key } of store.list(prefix)) {
    isKnown = true;
    const name = key.slice(prefix.length);
    const known = [/^$/, /^call\.json$/, /^recording\./, /^transcript\.json$/, /^scorecard\//];
    reached = Math.max(
      reached,
      known.findIndex((pattern) => pattern.test(name)),
    );
  }
  const waiting = (await readJson(store, waitingKey(tenant, callId), Waiting))?.value;
  return {
    stage: stages[reached] ?? "queued",
    waiting: waiting ? { code: waiting.code, until: waiting.until } : null,
    isKnown,
  };
}
