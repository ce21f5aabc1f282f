import {
  appealsKey,
  callKey,
  callPrefix,
  crmScoreKey,
  publishedKey,
  recordingPrefix,
  transcriptKey,
} from "../../../core/bucket-layout.ts";
import type { Store } from "../../../core/ports/store.ts";
import { readText, writeJson } from "../../../core/store-json.ts";
import { recordCall } from "../../../functions/report/call-row.ts";
import { callJson, putScored, putSkipped, verdictJson } from "../report/report-world.ts";
import { keysUnder, makeWorld, type World } from "../world.ts";

export type RetentionWorld = World & { tenant: string };

/** In every text of a scored call stands one of these words, in every place of its own. */
export const SECRET = /Секрет|79990000101|deal-7|Балкон/;

export function retentionWorld(now: string, options: { store?(store: Store): Store } = {}): RetentionWorld {
  const world = makeWorld({ now });
  return { ...world, store: options.store?.(world.store) ?? world.store, tenant: "default" };
}

/** A call that was scored, appealed and written back, with everything that is ever kept of one. */
export async function putWholeCall(world: World, callId: string): Promise<void> {
  const { store } = world;
  const quote = { turn: 1, speaker: "client", startSec: 1, endSec: 2, quote: "Секрет цитаты" };
  const scored = await putScored(
    world,
    callId,
    {
      verdicts: [
        {
          ...verdictJson("greeting", "met", "Секрет приветствия"),
          comment: "Секрет замечания",
          advice: "Секрет",
        },
        { ...verdictJson("rude", "not_met", "Секрет грубости"), comment: "Секрет" },
      ],
      objections: [{ category: "price", handling: "handled", evidence: [quote] }],
      summary: "Секрет итога",
      clientNeed: "Секрет нужды",
      nextStep: { agreed: true, text: "Секрет шага" },
      advice: ["Секрет совета"],
      adviceEvidence: [quote],
    },
    { entity: { type: "deal", id: "deal-7" }, activityId: "deal-7-activity", title: "Балкон, Секретова.mp3" },
  );
  const appeal = {
    criterionId: "rude",
    by: { role: "agent", id: "11", name: "Анна" },
    reason: "Секрет довода",
  };
  const judged = { verdict: "not_met", level: null, points: 0 };
  const at = "2026-01-01T10:00:00.000Z";
  await writeJson(store, appealsKey("default", callId, "first-sale", 1), {
    callId,
    checklist: { id: "first-sale", version: 1 },
    appeals: [
      {
        ...appeal,
        at,
        judged,
        status: "rejected",
        decision: { by: { role: "supervisor", id: null, name: "Олег" }, comment: "Секрет ответа", at },
      },
    ],
  });
  await writeJson(store, transcriptKey("default", callId), {
    callId,
    language: "ru",
    durationSec: 61,
    channels: 2,
    source: { name: "salutespeech", model: null },
    roles: { by: "channel", confidence: 1 },
    turns: [{ n: 0, speaker: "client", startSec: 0, endSec: 1, text: "Секрет реплики" }],
  });
  await store.put(`${recordingPrefix("default", callId)}mp3`, "Секрет звука");
  await store.put(
    `${callPrefix("default", callId)}scorecard-before-swap/1/first-sale@1.json`,
    "Секрет до обмена",
  );
  await store.put(publishedKey("default", callId, "model-0a1b"), "Секрет модели");
  await writeJson(store, publishedKey("default", callId, "crm-card"), {
    card: { type: "deal", id: "deal-7" },
  });
  await writeJson(store, publishedKey("default", callId, "scoring"), { state: "done" });
  await writeJson(store, crmScoreKey("default", "deal", "deal-7"), { callId, startedAt: at, score: 72 });
  await recordCall(scored, world);
}

export async function putSkippedCall(world: World, callId: string): Promise<void> {
  await recordCall(await putSkipped(world, callId, "call.too_short"), world);
}

/** A call that is still on its way: its recording is there and no row. */
export async function putCallOnItsWay(world: World, callId: string): Promise<void> {
  await writeJson(world.store, callKey("default", callId), callJson(callId));
  await world.store.put(`${recordingPrefix("default", callId)}mp3`, "Секрет звука");
}

/** Every object of the bucket as one text. */
export async function everything({ store }: World): Promise<string> {
  const texts: string[] = [];
  for (const key of await keysUnder(store, "")) texts.push(`${key}\n${await readText(store, key)}`);
  return texts.join("\n");
}
