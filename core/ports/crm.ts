/** The customer's CRM and telephony, as far as calls go. */
export interface Crm {
  /** The call by the CRM's own id; undefined while the CRM does not know it (its statistics can lag behind its webhook). */
  findCall(nativeId: string): Promise<CrmCall | undefined>;
  /** Calls that started in the period, oldest first; every page checked against what was asked. */
  listCalls(period: { from: Date; to: Date }): AsyncIterable<CrmCall>;
  /** The employee; undefined for bots, integrators and people who are gone. */
  findAgent(agentId: string): Promise<CrmAgent | undefined>;
  /** Starts the download; undefined when the CRM says that there is no such file. The caller reads `body` to its end or cancels it. */
  openRecording(recording: RecordingReference): Promise<OpenedRecording | undefined>;
}

export interface CrmCall {
  nativeId: string;
  /** ISO 8601 with offset. */
  startedAt: string;
  durationSec: number;
  direction: "incoming" | "outgoing";
  /** `internal`: between employees. `info`: made by a robot. */
  kind: "client" | "internal" | "info";
  /** Nobody talked: missed, busy, declined, failed. */
  missed: boolean;
  agentId: string | null;
  clientPhone: string | null;
  line: string | null;
  entity: CrmEntity | null;
  activityId: string | null;
  /** Null while the CRM has no recording of it (yet). */
  recording: RecordingReference | null;
}

export interface CrmEntity {
  type: "contact" | "company" | "lead" | "deal";
  id: string;
}

/** Where the CRM keeps a recording. Never stored or logged: a URL can carry a token. */
export type RecordingReference = { fileId: string } | { url: string };

export interface CrmAgent {
  id: string;
  name: string;
  departments: string[];
}

export interface OpenedRecording {
  body: ReadableStream<Uint8Array>;
  /** What the CRM or the server says the size is; null when nobody says. */
  sizeBytes: number | null;
  /** The media type from the reply's header, lower case, without parameters; null when absent. */
  contentType: string | null;
}

/** Reads what the CRM posts when a call has ended. Nothing is looked up and nothing is stored here. */
export interface CrmWebhook {
  read(body: string, contentType: string | null): WebhookReading;
}

export type WebhookReading =
  | { kind: "call-ended"; notice: CallEndedNotice }
  /** An event of another kind, correctly signed. */
  | { kind: "ignored" }
  | { kind: "unauthorized" }
  | { kind: "unreadable"; reason: string };

/** What the webhook says about the call; everything but the id may be missing (null). */
export interface CallEndedNotice {
  nativeId: string;
  /** ISO 8601 with offset. */
  startedAt: string | null;
  /** When the CRM sent the notice, ISO 8601. */
  sentAt: string | null;
  durationSec: number | null;
  direction: "incoming" | "outgoing" | null;
  kind: "client" | "internal" | "info" | null;
  missed: boolean | null;
  agentId: string | null;
}
