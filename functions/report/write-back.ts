import * as z from "zod";
import { callKey, publishedKey } from "../../core/bucket-layout.ts";
import { Call, type CallSource } from "../../core/call.ts";
import { claimEffect } from "../../core/claim.ts";
import { ConfigurationError, PermanentError, RetryLaterError } from "../../core/errors.ts";
import type { CrmEntity } from "../../core/ports/crm.ts";
import type { CrmWriter } from "../../core/ports/crm-writer.ts";
import type { Scorecard } from "../../core/scorecard.ts";
import { readScorecardOfCall } from "../../core/scorecard-in-force.ts";
import { readJson, writeJson } from "../../core/store-json.ts";
import type { WriteBack } from "../../core/write-back.ts";
import type { CallScored } from "../../events/call-scored.ts";
import { WritebackDue } from "../../events/writeback-due.ts";
import type { NothingDone } from "../run-stage.ts";
import type { ReportPorts } from "./stage.ts";
import { writeComment } from "./write-back-comment.ts";
import { writeScore } from "./write-back-field.ts";
import { writeTranscript } from "./write-back-transcript.ts";

/** What is needed to write one thing of one call. */
export interface WriteBackJob {
  tenant: string;
  call: Call;
  /** The one in force: a rescore may have come since, or a person's decision. */
  scorecard: Scorecard;
  card: CrmEntity | undefined;
  /** A run before may have written it: look before writing again. */
  lookFirst: boolean;
  writer: CrmWriter;
  ports: ReportPorts;
}

/** What came of it, as its marker keeps it. `skipped`: nothing was to be written, or could be, and nothing will. */
export const WrittenBack = z.union([
  z.object({ skipped: z.string() }),
  z.object({
    /** The CRM's id of what was written; null where it gives none. */
    id: z.string().nullable(),
    card: z.object({ type: z.string(), id: z.string() }).nullable(),
    /** Of a field. */
    score: z.number().optional(),
  }),
]);
export type WrittenBack = z.infer<typeof WrittenBack>;

/**
 * Longer than a portal works on a request whose answer was lost (60 s, Bitrix24 docs, how-to-call-rest-api), and than a run can last with its
 * turns to wait for: what is looked for after it is there, or never will be.
 */
const WRITING_LEASE_SEC = 180;

/** One message for each thing that is to be written, so that one that fails holds up no other. */
export function writeBacksOf(event: CallScored, { writeBack }: ReportPorts): WritebackDue[] {
  const { tenant, subject, time, data } = event;
  // An uploaded file is in no CRM.
  if (subject.split("-")[1] === ("upload" satisfies CallSource)) return [];
  return (writeBack?.kinds ?? []).map((what) =>
    WritebackDue.create({
      tenant,
      subject,
      time: new Date(time),
      distinct: `${what}:${data.checklistId}@${data.checklistVersion}`,
      data: { what },
    }),
  );
}

const keys: Record<WriteBack, string> = {
  comment: "comment",
  transcript: "crm-transcript",
  field: "crm-field",
};
const writings = { comment: writeComment, transcript: writeTranscript, field: writeScore };

/**
 * Writes one thing of a scored call into the CRM, once, whatever is repeated: a marker decides who writes and keeps what came of it. When an
 * answer was lost the claim is kept until its end, and the run after that looks first.
 *
 * The comment and the transcript stand as they were first written, also when the call is scored anew: they are history. The field follows the
 * score in force. A card that is gone ends the writing, never the call.
 */
export async function writeBack(
  { tenant, subject: callId, data: { what } }: WritebackDue,
  ports: ReportPorts,
): Promise<[] | NothingDone> {
  const { store, clock } = ports;
  // Switched off while it waited.
  if (!ports.writeBack?.kinds.includes(what)) return { code: "crm.write_back_off" };
  const call = (await readJson(store, callKey(tenant, callId), Call))?.value;
  const scorecard = (await readScorecardOfCall(store, tenant, callId))?.inForce;
  // Scored anew at this moment: another message comes.
  if (!call || call.source === "upload" || !scorecard) return [];

  const key = publishedKey(tenant, callId, keys[what]);
  const stands = (result: WrittenBack) => what !== "field" || showsScore(result, scorecard);
  const writer = await ports.writeBack.writer(what);
  const claim = await claimEffect(store, clock, key, WrittenBack, WRITING_LEASE_SEC, stands);
  if (claim.state === "done") return outcomeOf(claim.result);
  const { effect, unsettled } = claim;
  try {
    const card = what === "transcript" ? undefined : await cardOf(call, tenant, writer, ports);
    const job = { tenant, call, scorecard, card, lookFirst: unsettled > 0, writer, ports };
    return outcomeOf(await effect.done(await writings[what](job)));
  } catch (error) {
    if (error instanceof PermanentError) return outcomeOf(await effect.done({ skipped: error.code }));
    // After anything else nobody knows whether it was written: the claim ends by itself.
    if (error instanceof RetryLaterError || error instanceof ConfigurationError) await effect.release();
    throw error;
  }
}

function outcomeOf(result: WrittenBack): [] | NothingDone {
  return "skipped" in result ? { code: result.skipped } : [];
}

function showsScore(result: WrittenBack, { percent }: Scorecard): boolean {
  if ("skipped" in result) return result.skipped !== "score.none" || percent === null;
  return percent !== null && result.score === Math.round(percent);
}

const Card = z.object({
  card: z.object({ type: z.enum(["contact", "company", "lead", "deal"]), id: z.string() }).nullable(),
});

/** Looked up once for each call: the comment and the field stand on one card, and a repeat looks for its comment where it was written. */
async function cardOf(
  { callId, entity, activityId }: Call,
  tenant: string,
  writer: CrmWriter,
  { store }: ReportPorts,
): Promise<CrmEntity | undefined> {
  const key = publishedKey(tenant, callId, "crm-card");
  const known = (await readJson(store, key, Card))?.value;
  if (known) return known.card ?? undefined;
  const card = (await writer.findCard({ entity, activityId })) ?? null;
  const { written } = await writeJson(store, key, { card }, { ifAbsent: true });
  return (written ? card : (await readJson(store, key, Card))?.value.card) ?? undefined;
}
