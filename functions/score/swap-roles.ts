import { appealsPrefix, callPrefix, publishedKey, transcriptKey } from "../../core/bucket-layout.ts";
import { isHeld } from "../../core/claim.ts";
import type { Clock } from "../../core/clock.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import { voicesOf, withAgentVoice, withSwappedRoles } from "../../core/roles-question.ts";
import { readJson, readText, writeJson } from "../../core/store-json.ts";
import { Transcript } from "../../core/transcript.ts";
import { CallTranscribed } from "../../events/call-transcribed.ts";
import { publish } from "../run-stage.ts";

/**
 * Corrects who is the agent by a person's word and has the call scored again. The scorecards made of the wrong roles, and the appeals against them, stay under
 * `scorecard-before-swap/`, so that what was shown once can still be looked up.
 *
 * @param agentVoice the voice of the agent, where nobody was named yet or swapping two sides is not enough
 */
export async function swapRoles(
  { store, queue, clock }: { store: Store; queue: QueueSender; clock: Clock },
  tenant: string,
  callId: string,
  agentVoice?: number,
): Promise<void> {
  const key = transcriptKey(tenant, callId);
  const stored = await readJson(store, key, Transcript);
  if (!stored) throw new ConfigurationError("cli.no_transcript", `${callId} has no transcript`);
  const heard = voicesOf(stored.value);
  // One voice alone is nobody to choose from.
  const voices = heard.length >= 2 ? heard : [];
  const known =
    voices.length > 0 ? `--agent-voice ${voices.join(" or ")}` : "nothing: its voices were not told apart";
  if (agentVoice !== undefined && !voices.includes(agentVoice)) {
    throw new ConfigurationError(
      "cli.unknown_voice",
      `no such voice speaks in ${callId}; what helps is ${known}`,
    );
  }
  if (agentVoice === undefined && stored.value.roles.by === "unknown") {
    throw new ConfigurationError(
      "cli.unknown_roles",
      `nobody is named in ${callId} yet; what helps is ${known}`,
    );
  }
  const scoringKey = publishedKey(tenant, callId, "scoring");
  // It would store its scorecard of the old roles behind our back.
  if (await isHeld(store, clock, scoringKey))
    throw new ConfigurationError(
      "cli.being_scored",
      `${callId} is being scored at this moment: try again in five minutes`,
    );
  const corrected =
    agentVoice === undefined
      ? withSwappedRoles(stored.value)
      : withAgentVoice(stored.value, agentVoice, { by: "operator", confidence: 1 });
  await writeJson(store, key, corrected, { ifMatch: stored.etag });
  await putAsideScorecards(store, tenant, callId, clock);
  await store.delete(scoringKey);
  const event = CallTranscribed.create({
    tenant,
    subject: callId,
    time: clock.now(),
    data: { transcriptKey: key },
  });
  await publish([event], queue);
}

async function putAsideScorecards(store: Store, tenant: string, callId: string, clock: Clock): Promise<void> {
  const folder = callPrefix(tenant, callId);
  const stamp = clock.now().toISOString().replaceAll(/[:.]/g, "-");
  const aside = `${folder}scorecard-before-swap/${stamp}/`;
  // What people have said of the old verdicts says nothing of the new ones.
  for (const [from, to] of [
    [appealsPrefix(tenant, callId), `${aside}appeals/`],
    [`${folder}scorecard/`, aside],
  ] as const) {
    for await (const { key } of store.list(from)) {
      const text = await readText(store, key);
      if (text === undefined) continue;
      await store.put(`${to}${key.split("/").at(-1)}`, text);
      await store.delete(key);
    }
  }
}
