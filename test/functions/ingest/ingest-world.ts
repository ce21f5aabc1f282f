import type { CrmAgent, CrmCall } from "../../../core/ports/crm.ts";
import { CallEnded } from "../../../events/call-ended.ts";
import type { IngestPorts } from "../../../functions/ingest/stage.ts";
import { type MemoryCrm, memoryCrm } from "../../fakes/crm.ts";
import { mp3Silence } from "../../speech/recordings.ts";
import { makeWorld, type World } from "../world.ts";

export const NATIVE_ID = "ABCD1234.1790000000.555";
export const CALL_ID = `20261120-bitrix24-${NATIVE_ID}`;
export const FOLDER = `calls/default/2026-11-20/${CALL_ID}/`;

export interface IngestWorld extends World {
  crm: IngestPorts["crm"];
  crmHolds: MemoryCrm;
  /** How often the CRM was needed at all. */
  crmOpened(): number;
}

/** A portal with one call and its recording, and a bucket. */
export function ingestWorld(
  options: Parameters<typeof makeWorld>[0] & { crm?: MemoryCrm } = {},
): IngestWorld {
  const world = makeWorld(options);
  const crmHolds =
    options.crm ??
    memoryCrm({
      calls: [crmCall()],
      agents: [anna],
      recordings: [["file-1", { bytes: mp3Silence("8000 stereo", 200) }]],
    });
  let opened = 0;
  return {
    ...world,
    crmHolds,
    crm: async () => {
      opened += 1;
      return crmHolds;
    },
    crmOpened: () => opened,
  };
}

export const anna: CrmAgent = { id: "11", name: "Анна Салтыкова-Щедрина", departments: ["Отдел продаж"] };

export function crmCall(differs: Partial<CrmCall> = {}): CrmCall {
  return {
    nativeId: NATIVE_ID,
    startedAt: "2026-11-20T12:55:00+03:00",
    durationSec: 61,
    direction: "outgoing",
    kind: "client",
    missed: false,
    agentId: "11",
    clientPhone: "+79990000101",
    line: "reg100001",
    entity: { type: "deal", id: "77" },
    activityId: "501",
    recording: { fileId: "file-1" },
    ...differs,
  };
}

export function callEnded(
  data: Partial<CallEnded["data"]> = {},
  { subject = CALL_ID, time = "2026-11-20T10:00:00Z" }: { subject?: string; time?: string } = {},
): CallEnded {
  return CallEnded.create({
    tenant: "default",
    subject,
    time: new Date(time),
    data: {
      source: "bitrix24",
      nativeId: NATIVE_ID,
      startedAt: "2026-11-20T12:55:00+03:00",
      durationSec: null,
      direction: null,
      kind: null,
      missed: null,
      agentId: null,
      ...data,
    },
  });
}
