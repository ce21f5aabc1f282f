import { callIdOf } from "../../core/call.ts";
import type { CallEndedNotice } from "../../core/ports/crm.ts";
import type { Settings } from "../../core/settings.ts";
import { CallEnded } from "../../events/call-ended.ts";

/**
 * The event for a call that the CRM says is over. Without a start the call's day is taken from when the notice was sent;
 * ingest corrects the id once the CRM's statistics tell.
 */
export function callEndedFrom(
  notice: CallEndedNotice,
  tenant: string,
  settings: Settings,
  now: Date,
): CallEnded {
  const startedAt = notice.startedAt ?? notice.sentAt ?? now.toISOString();
  return CallEnded.create({
    tenant,
    subject: callIdOf("bitrix24", notice.nativeId, new Date(startedAt), settings.timeZone),
    time: now,
    data: {
      source: "bitrix24",
      nativeId: notice.nativeId,
      startedAt: notice.startedAt,
      durationSec: notice.durationSec,
      direction: notice.direction,
      kind: notice.kind,
      missed: notice.missed,
      agentId: notice.agentId,
    },
  });
}
