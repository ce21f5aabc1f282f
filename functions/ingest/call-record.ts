import type { Call } from "../../core/call.ts";
import type { CrmAgent, CrmCall } from "../../core/ports/crm.ts";
import { CallEnded } from "../../events/call-ended.ts";

/** `call.json`, as much of it as each source knows, and the event for a call whose record stands. */

export function callFromCrm(event: CallEnded, call: CrmCall, agent: CrmAgent | undefined): Call {
  return {
    ...callFromNotice(event),
    startedAt: call.startedAt,
    durationSec: call.durationSec,
    direction: call.direction,
    agent:
      call.agentId === null
        ? null
        : { id: call.agentId, name: agent?.name ?? null, departments: agent?.departments ?? [] },
    line: call.line,
    clientPhone: call.clientPhone,
    entity: call.entity,
    activityId: call.activityId,
  };
}

export function callFromNotice(event: CallEnded): Call {
  const { source, nativeId, startedAt, durationSec, direction, agentId } = event.data;
  return {
    callId: event.subject,
    tenant: event.tenant,
    source,
    nativeId,
    startedAt: startedAt ?? event.time,
    durationSec,
    direction,
    agent: agentId === null ? null : { id: agentId, name: null, departments: [] },
    line: null,
    clientPhone: null,
    entity: null,
    activityId: null,
    title: null,
  };
}

export function callFromUpload(event: CallEnded, key: string | undefined): Call {
  return { ...callFromNotice(event), title: key?.split("/").at(-1) ?? null };
}

export function callEndedFromRecord(
  call: Call,
  { tenant, subject, time }: { tenant: string; subject: string; time: Date },
): CallEnded {
  const { source, nativeId, startedAt, direction, agent } = call;
  const agentId = agent?.id ?? null;
  return CallEnded.create({
    tenant,
    subject,
    time,
    // The record does not say whether anybody answered, and a missed call that rang for ten seconds must not count as a short one: the statistics tell.
    data: {
      source,
      nativeId,
      startedAt,
      durationSec: null,
      direction,
      kind: null,
      missed: null,
      agentId,
    },
  });
}
