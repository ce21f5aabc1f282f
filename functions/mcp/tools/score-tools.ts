import * as z from "zod";
import { CallerError } from "../caller-error.ts";
import { scoreCrmCall, scoreText, scoreUpload } from "../start-scoring.ts";
import { Task, taskText, waitForTask } from "../task.ts";
import { defineTool } from "../tool.ts";

/** A function URL takes six megabytes, and base64 makes four of three. */
const MAX_BASE64 = 5_500_000;

/** A gateway in front of a function gives up after thirty seconds, a cold start among them. */
const WaitSec = z
  .number()
  .min(0)
  .max(25)
  .default(0)
  .describe("Wait for the end so long, with notifications of progress; 0 answers at once");

export const scoreCall = defineTool({
  name: "score_call",
  title: "Score a call",
  description:
    "Starts the scoring of one call: of the CRM (crm_call_id), a recording (file_name and audio_base64), or a pasted conversation " +
    "(text, each line «Менеджер: …» or «Клиент: …»). Returns a task at once; ask get_task until it is completed. " +
    "The same call again is the same task and is paid for once.",
  effects: { idempotent: true, openWorld: true },
  input: z.strictObject({
    crm_call_id: z.string().min(1).max(120).optional().describe("The CRM's own id of the call"),
    file_name: z.string().min(1).max(150).optional(),
    audio_base64: z
      .string()
      .max(MAX_BASE64, "at most 4 MB of audio: send longer ones with npx cqa upload")
      .optional(),
    text: z.string().min(1).max(200_000).optional(),
    title: z.string().min(1).max(150).optional().describe("How to call a pasted conversation"),
    wait_sec: WaitSec,
  }),
  output: Task,
  async run({ crm_call_id, file_name, audio_base64, text, title, wait_sec }, session, call) {
    const ways = [crm_call_id, audio_base64, text].filter((way) => way !== undefined);
    if (ways.length !== 1) throw new CallerError("one of crm_call_id, audio_base64 and text is expected");
    if ((audio_base64 === undefined) !== (file_name === undefined))
      throw new CallerError("file_name and audio_base64 belong together");
    const taskId =
      crm_call_id !== undefined
        ? await scoreCrmCall(crm_call_id, session)
        : audio_base64 !== undefined && file_name !== undefined
          ? await scoreUpload(file_name, audio_base64, session)
          : await scoreText(text ?? "", title ?? null, session);
    return waitForTask(taskId, wait_sec, session, call);
  },
  text: taskText,
});

export const getTask = defineTool({
  name: "get_task",
  title: "Ask about a task",
  description: "How far a call is on its way to a score. When it is completed, get_scorecard has the result.",
  effects: { readOnly: true },
  input: z.strictObject({
    task_id: z.string().min(1).max(2000).describe("Of score_call, or the id of a call"),
    wait_sec: WaitSec,
  }),
  output: Task,
  run: ({ task_id, wait_sec }, session, call) => waitForTask(task_id, wait_sec, session, call),
  text: taskText,
});
