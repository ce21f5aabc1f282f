import type { DayClock } from "./day-clock.ts";
import type { LogLine } from "./service-process.ts";

/** What the service's own log says of the day. Moments are milliseconds of the day's clock. */
export interface Ledger {
  hear(line: LogLine): void;
  scoredAtMs: Map<string, number>;
  /** In the order in which the calls ended: when its row was written. */
  endedAtMs: Map<string, number>;
  /** Messages handled, by stage and what became of them: `ingest later recording.absent`. */
  handled: Map<string, number>;
  /** How long the report stage worked on each row, in real milliseconds, in order: no vendor has a part in it. */
  reportMs: number[];
  /** The first complaints, for whoever looks into a run that went wrong. */
  complaints: string[];
}

const MAX_COMPLAINTS = 10;

export function openLedger(clock: DayClock): Ledger {
  const scoredAtMs = new Map<string, number>();
  const endedAtMs = new Map<string, number>();
  const handled = new Map<string, number>();
  const reportMs: number[] = [];
  const complaints: string[] = [];

  function hear(line: LogLine): void {
    const isComplaint = line.level === "ERROR" || line.outcome === "error";
    if (isComplaint && complaints.length < MAX_COMPLAINTS) complaints.push(JSON.stringify(line));
    const { stage, outcome, code, call_id: callId, event_type: eventType } = line;
    if (typeof stage !== "string" || typeof outcome !== "string") return;
    const what = [stage, outcome, ...(typeof code === "string" ? [code] : [])].join(" ");
    handled.set(what, (handled.get(what) ?? 0) + 1);
    if (outcome !== "done" || typeof callId !== "string") return;
    const atMs = clock.fromSystem(new Date(String(line.timestamp))).getTime();
    if (stage === "score" && !scoredAtMs.has(callId)) scoredAtMs.set(callId, atMs);
    if (stage !== "report" || !String(eventType).startsWith("call.")) return;
    if (!endedAtMs.has(callId)) endedAtMs.set(callId, atMs);
    reportMs.push(Number(line.ms));
  }

  return { hear, scoredAtMs, endedAtMs, handled, reportMs, complaints };
}
