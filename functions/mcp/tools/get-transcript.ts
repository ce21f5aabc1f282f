import * as z from "zod";
import { transcriptKey } from "../../../core/bucket-layout.ts";
import { readRemoved, removedWords } from "../../../core/removal.ts";
import { readJson } from "../../../core/store-json.ts";
import { Speaker, Transcript } from "../../../core/transcript.ts";
import { CallerError } from "../caller-error.ts";
import { CallIdWords, findCallId, noCall, readCall } from "../find.ts";
import { shownTurns } from "../personal-data.ts";
import { defineTool } from "../tool.ts";

export const getTranscript = defineTool({
  name: "get_transcript",
  title: "Get a transcript",
  description:
    "What was said in a call, as numbered turns with their seconds. Personal numbers are replaced by tokens like [ТЕЛЕФОН_1]. " +
    "Ask on with from_turn while next_turn is not null.",
  effects: { readOnly: true },
  // Masked over the whole conversation, as numbers are dictated in parts.
  isOwnText: true,
  input: z.strictObject({
    call_id: CallIdWords,
    from_turn: z.number().int().min(0).default(0),
    limit: z.number().int().min(1).max(500).default(200),
    personal_data: z
      .boolean()
      .default(false)
      .describe("Show all but phones unmasked: for the administrator's token alone"),
  }),
  output: z.object({
    call_id: z.string(),
    language: z.string(),
    duration_sec: z.number(),
    roles_by: z.string(),
    turns: z.array(
      z.object({
        n: z.number().int(),
        speaker: Speaker,
        start_sec: z.number(),
        end_sec: z.number(),
        text: z.string(),
      }),
    ),
    total_turns: z.number().int(),
    next_turn: z.number().int().nullable(),
  }),
  async run({ call_id, from_turn, limit, personal_data }, session) {
    if (personal_data && !session.isAdmin)
      throw new CallerError("personal_data: only the administrator's token may ask for it; leave it out");
    const callId = await findCallId(call_id, session);
    const transcript = await readTranscript(callId, session);
    const turns = shownTurns(transcript.turns, { personalData: personal_data });
    const page = turns.slice(from_turn, from_turn + limit);
    const end = from_turn + page.length;
    return {
      call_id: callId,
      language: transcript.language,
      duration_sec: transcript.durationSec,
      roles_by: transcript.roles.by,
      turns: page.map(({ n, speaker, startSec, endSec, text }) => ({
        n,
        speaker,
        start_sec: startSec,
        end_sec: endSec,
        text,
      })),
      total_turns: turns.length,
      next_turn: end < turns.length ? end : null,
    };
  },
  text: ({ turns, total_turns }, { texts: { mcp, scorecard } }) =>
    [
      mcp.transcript(turns.length, total_turns),
      ...turns.map(
        ({ n, speaker, start_sec, text }) => `${n} [${start_sec}] ${scorecard.speakers[speaker]}: ${text}`,
      ),
    ].join("\n"),
});

/** @throws CallerError when the call has none, or is not there */
export async function readTranscript(
  callId: string,
  session: Parameters<typeof readCall>[1],
): Promise<Transcript> {
  const { ports, tenant } = session;
  const transcript = (await readJson(ports.store, transcriptKey(tenant, callId), Transcript))?.value;
  if (transcript) return transcript;
  if (!(await readCall(callId, session))) throw noCall(callId);
  const { texts: removed } = await readRemoved(ports.store, tenant, callId);
  if (removed) throw new CallerError(`call_id: ${removedWords(`the transcript of ${callId}`, removed)}`);
  throw new CallerError(`call_id: ${callId} has no transcript: get_call says how far it is`);
}
