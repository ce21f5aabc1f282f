import { callPrefix, indexDayPrefix } from "../../core/bucket-layout.ts";
import type { LlmRequest } from "../../core/ports/llm.ts";
import { memoryCrm } from "../fakes/crm.ts";
import { jsonAnswer, scriptedLlm } from "../fakes/llm.ts";
import { memoryNotifier } from "../fakes/notify.ts";
import { scriptedSpeech } from "../fakes/speech.ts";
import { keysUnder } from "../functions/world.ts";
import { mp3Silence, sha256 } from "../speech/recordings.ts";
import type { Base } from "./ground.ts";
import { type Line, type LineOptions, makeLine, type Vendors } from "./line.ts";
import { putChecklist } from "./play.ts";
import { callIdOf, calls, DAY, guardedAs } from "./sandbox.ts";

/** The pipeline with vendors in memory, for what is tried at hundreds of moments. */
export interface MemoryLine {
  line: Line;
  vendors(base: Base): Vendors;
  /** What has been paid for, and what has arrived. */
  counts(): { transcriptions: number; answers: number; digests: number };
  /** How the call stands in the bucket. */
  stands(): Promise<{ scorecards: number; rows: number }>;
}

const [call] = calls;
if (!call) throw new Error("the scenario has lost its calls");
export const memoryCall = call;
const audio = mp3Silence("8000 stereo", 200);

export async function memoryLine(options: Omit<LineOptions, "vendors"> = {}): Promise<MemoryLine> {
  const fakes = {
    crm: memoryCrm({
      calls: [
        {
          nativeId: memoryCall.nativeId,
          startedAt: memoryCall.startedAt,
          durationSec: memoryCall.durationSec,
          direction: "incoming",
          kind: "client",
          missed: false,
          agentId: "11",
          clientPhone: null,
          line: null,
          entity: null,
          activityId: null,
          recording: { fileId: "file-1" },
        },
      ],
      agents: [{ id: "11", name: "Анна", departments: [] }],
      recordings: [["file-1", { bytes: audio }]],
    }),
    speech: scriptedSpeech({
      recordings: new Map([[sha256(audio), memoryCall.segments]]),
      pollsUntilDone: 1,
    }),
    llm: scriptedLlm((request) => jsonAnswer(undecided(request))),
    notifier: memoryNotifier(),
  };
  const vendors = (base: Base): Vendors => ({
    crm: guardedAs("crm", fakes.crm, base),
    speech: guardedAs("speech", fakes.speech, base),
    llm: guardedAs("llm", fakes.llm, base),
    notifier: guardedAs("notify", fakes.notifier, base),
  });
  const line = makeLine({ ...options, vendors });
  await putChecklist(line.store);
  const callId = callIdOf(memoryCall);
  return {
    line,
    vendors,
    counts: () => ({
      transcriptions: [...fakes.speech.started.values()].reduce((sum, count) => sum + count, 0),
      answers: fakes.llm.requests.length,
      digests: fakes.notifier.sent.length,
    }),
    stands: async () => ({
      scorecards: (await keysUnder(line.store, `${callPrefix("default", callId)}scorecard/`)).length,
      rows: (await keysUnder(line.store, indexDayPrefix("default", DAY))).length,
    }),
  };
}

/** Of every criterion that is asked about. */
function undecided({ schema }: LlmRequest) {
  const { properties = {} } = schema.json as { properties?: { verdicts?: { required?: string[] } } };
  const verdict = { evidence: [], comment: "", verdict: "uncertain", level: null, advice: null };
  return {
    callType: "first-sale",
    summary: "",
    clientNeed: null,
    verdicts: Object.fromEntries((properties.verdicts?.required ?? []).map((id) => [id, verdict])),
    objections: [],
    nextStep: { agreed: false, text: null },
    advice: [],
  };
}
