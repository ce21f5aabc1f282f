import * as z from "zod";
import { crmScoreKey } from "../../core/bucket-layout.ts";
import { VendorError } from "../../core/errors.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import type { WriteBackJob, WrittenBack } from "./write-back.ts";

/** `index/<tenant>/crm/<type>-<id>.json`: whose score a card shows. */
const ShownScore = z.object({ callId: z.string(), startedAt: z.string(), score: z.number() });
type ShownScore = z.infer<typeof ShownScore>;

/** So many calls of one card that are scored in one and the same moment are no accident any more. */
const MOST_TRIES = 5;

/**
 * Sets the field of a deal or lead to the score of its last call. Calls of one card are not scored in their order: a recording comes late, past days
 * are fetched. So the bucket keeps whose score the card shows, and an older call leaves it alone.
 */
export async function writeScore(job: WriteBackJob): Promise<WrittenBack> {
  const { tenant, call, scorecard, card, writer } = job;
  if (scorecard.percent === null) return { skipped: "score.none" };
  if (card?.type !== "deal" && card?.type !== "lead") return { skipped: "crm.no_deal_or_lead" };
  const score = Math.round(scorecard.percent);
  const key = crmScoreKey(tenant, card.type, card.id);
  const mine: ShownScore = { callId: call.callId, startedAt: call.startedAt, score };
  let shown = await agreeOn(key, mine, job);
  if (shown.callId !== mine.callId) return { skipped: "crm.newer_call" };
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    await writer.setScore(card, shown.score);
    // A newer call may have been written in between, and we over it.
    const now = await agreeOn(key, mine, job);
    if (now.score === shown.score) return { id: null, card, score };
    shown = now;
  }
  throw new VendorError("crm.contended", "several calls of one card are written at once");
}

/** What the card is to show, once this call has had its say: the later call of the two. */
async function agreeOn(
  key: string,
  mine: ShownScore,
  { ports: { store } }: WriteBackJob,
): Promise<ShownScore> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const known = await readJson(store, key, ShownScore);
    if (known && isSame(known.value, mine)) return mine;
    if (known && known.value.callId !== mine.callId && isLater(known.value, mine)) return known.value;
    const condition = known ? { ifMatch: known.etag } : { ifAbsent: true };
    if ((await writeJson(store, key, mine, condition)).written) return mine;
  }
  throw new VendorError("crm.contended", "several calls of one card are written at once");
}

function isSame(one: ShownScore, other: ShownScore): boolean {
  return one.callId === other.callId && one.score === other.score;
}

/** Of two calls that began in the same second the ids decide, so that both runs decide alike. */
function isLater(one: ShownScore, other: ShownScore): boolean {
  const ms = Date.parse(one.startedAt) - Date.parse(other.startedAt);
  return ms > 0 || (ms === 0 && one.callId > other.callId);
}
