import { ConfigurationError } from "../../core/errors.ts";
import { requestRecording } from "../../core/recording-request.ts";
import type { CallEnded } from "../../events/call-ended.ts";
import type { BusEvent } from "../../events/catalog.ts";
import { RecordingRequested } from "../../events/recording-requested.ts";
import type { StagePorts } from "../run-stage.ts";

/** Somebody may be mending the rights at this moment. */
const ASK_AFTER_SEC = 1800;
const LOOK_AGAIN_SEC = 900;

/**
 * What follows of a recording that the CRM has refused us for half an hour: a person is asked for it, once, and the call goes on waiting for the rights.
 * Undefined where there is nothing to ask, or somebody was asked already.
 */
export async function askForRecording(
  error: unknown,
  event: CallEnded,
  ports: StagePorts,
): Promise<BusEvent[] | undefined> {
  if (!(error instanceof ConfigurationError) || error.code !== "crm.recording_forbidden") return undefined;
  const now = ports.clock.now();
  if (now.getTime() - Date.parse(event.time) < ASK_AFTER_SEC * 1000) return undefined;
  const { tenant, subject } = event;
  if (!(await requestRecording(ports, tenant, subject, error.code))) return undefined;
  const notbefore = new Date(now.getTime() + LOOK_AGAIN_SEC * 1000).toISOString();
  return [
    RecordingRequested.create({ tenant, subject, time: now, data: { code: error.code } }),
    { ...event, notbefore },
  ];
}
