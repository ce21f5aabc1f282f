import { callKey } from "../../core/bucket-layout.ts";
import { callIdOf } from "../../core/call.ts";
import type { Clock } from "../../core/clock.ts";
import type { CrmCall } from "../../core/ports/crm.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import type { Store } from "../../core/ports/store.ts";
import { writeJson } from "../../core/store-json.ts";
import { CallEnded } from "../../events/call-ended.ts";
import { publish } from "../run-stage.ts";
import { callFromCrm } from "./call-record.ts";

interface AnnouncePorts {
  store: Store;
  queue: QueueSender;
  clock: Clock;
  tenant: string;
}

/** The id that the notice of this call would give it as well. */
export function idOfCrmCall(call: CrmCall, timeZone: string): string {
  return callIdOf("bitrix24", call.nativeId, new Date(call.startedAt), timeZone);
}

/**
 * Announces a call of the CRM's statistics that nobody has announced; false when somebody has. Its record is written first and decides who
 * announces it, so that nobody does again while the message waits in a long queue. After a crash in between it stands still,
 * and is announced for that.
 */
export async function announceCall(call: CrmCall, timeZone: string, ports: AnnouncePorts): Promise<boolean> {
  const { store, queue, clock, tenant } = ports;
  const { nativeId, startedAt, durationSec, direction, kind, missed, agentId } = call;
  const event = CallEnded.create({
    tenant,
    subject: idOfCrmCall(call, timeZone),
    time: clock.now(),
    data: { source: "bitrix24", nativeId, startedAt, durationSec, direction, kind, missed, agentId },
  });
  const record = callFromCrm(event, call, undefined);
  const { written } = await writeJson(store, callKey(tenant, event.subject), record, { ifAbsent: true });
  if (written) await publish([event], queue);
  return written;
}
