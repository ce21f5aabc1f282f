import type {
  CallEndedNotice,
  Crm,
  CrmAgent,
  CrmCall,
  CrmWebhook,
  RecordingReference,
} from "../../core/ports/crm.ts";

export interface MemoryRecording {
  bytes: Uint8Array;
  contentType?: string | null;
  /** What the CRM says the size is; the true size when left out. */
  sizeBytes?: number | null;
}

/** A CRM in memory. What it holds is open: a test adds calls, agents and recordings while it runs. */
export interface MemoryCrm extends Crm {
  calls: CrmCall[];
  agents: CrmAgent[];
  /** By file id or URL. */
  recordings: Map<string, MemoryRecording>;
  /** The file ids and URLs that were opened, in order. */
  opened: string[];
}

export function memoryCrm(
  holdings: {
    calls?: readonly CrmCall[];
    agents?: readonly CrmAgent[];
    recordings?: Iterable<readonly [string, MemoryRecording]>;
  } = {},
): MemoryCrm {
  const calls = [...(holdings.calls ?? [])];
  const agents = [...(holdings.agents ?? [])];
  const recordings = new Map(holdings.recordings ?? []);
  const opened: string[] = [];

  return {
    calls,
    agents,
    recordings,
    opened,
    async findCall(nativeId) {
      return copy(calls.find((call) => call.nativeId === nativeId));
    },
    async *listCalls({ from, to }) {
      const within = calls.filter(({ startedAt }) => {
        const moment = Date.parse(startedAt);
        return moment >= from.getTime() && moment < to.getTime();
      });
      for (const call of within.toSorted(
        (one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt),
      )) {
        yield structuredClone(call);
      }
    },
    async findAgent(agentId) {
      return copy(agents.find(({ id }) => id === agentId));
    },
    async openRecording(reference) {
      const key = keyOf(reference);
      opened.push(key);
      const recording = recordings.get(key);
      return (
        recording && {
          body: new Blob([Buffer.from(recording.bytes)]).stream(),
          sizeBytes: recording.sizeBytes === undefined ? recording.bytes.length : recording.sizeBytes,
          contentType: recording.contentType === undefined ? "audio/mpeg" : recording.contentType,
        }
      );
    },
  };
}

function keyOf(reference: RecordingReference): string {
  return "fileId" in reference ? reference.fileId : reference.url;
}

function copy<Value>(value: Value | undefined): Value | undefined {
  return value && structuredClone(value);
}

/** A CRM whose webhook is JSON: `{"secret", "event", "notice"}`. */
export function memoryCrmWebhook({ secret }: { secret: string | undefined }): CrmWebhook {
  return {
    read(body) {
      if (!secret) return { kind: "unauthorized" };
      let message: { secret?: unknown; event?: unknown; notice?: Partial<CallEndedNotice> };
      try {
        message = Object(JSON.parse(body));
      } catch {
        return { kind: "unreadable", reason: "not JSON" };
      }
      if (message.secret === undefined && message.event === undefined) {
        return { kind: "unreadable", reason: "neither an event nor a secret" };
      }
      if (message.secret !== secret) return { kind: "unauthorized" };
      if (message.event !== "call-ended") return { kind: "ignored" };
      if (!message.notice?.nativeId) return { kind: "unreadable", reason: "no call" };
      return { kind: "call-ended", notice: { ...EMPTY_NOTICE, ...message.notice } };
    },
  };
}

const EMPTY_NOTICE: CallEndedNotice = {
  nativeId: "",
  startedAt: null,
  sentAt: null,
  durationSec: null,
  direction: null,
  kind: null,
  missed: null,
  agentId: null,
};
