import * as z from "zod";
import { askedCallKey, uploadFingerprint, uploadKey, uploadsPrefix } from "../../core/bucket-layout.ts";
import { CallId } from "../../core/call.ts";
import { assertSafeKey } from "../../core/ports/store.ts";
import { exists, readJson } from "../../core/store-json.ts";
import { CallerError } from "./caller-error.ts";
import { readRow } from "./find.ts";
import type { Session } from "./ports.ts";
import { reasonShown, scoreShown } from "./shown.ts";
import { StageName, stageOf, stages } from "./stage-of.ts";
import type { Progress } from "./tool.ts";

/** A call on its way through the pipeline. Its id says all there is to know, so that any server can be asked. */
export const Task = z.object({
  task_id: z.string(),
  state: z.enum(["working", "completed", "failed"]),
  /** Null of an uploaded file until it was seen. */
  call_id: z.string().nullable(),
  stage: StageName,
  percent: z.number().nullable(),
  /** Why there is no score. */
  reason_code: z.string().nullable(),
  /** Why it does not move on at the moment. */
  waiting: z.object({ code: z.string(), until: z.string().nullable() }).nullable(),
});
export type Task = z.infer<typeof Task>;

/** Of an upload: where it lies, and every name under which its content may have been noticed. */
const UploadTask = z.object({ key: z.string(), versions: z.array(z.string()).min(1).max(2) });

const UPLOAD = "upload.";

export function uploadTaskId(key: string, versions: readonly string[]): string {
  return `${UPLOAD}${Buffer.from(JSON.stringify({ key, versions })).toString("base64url")}`;
}

/** @throws CallerError for an id that is none of this tenant's */
export async function readTask(taskId: string, session: Session): Promise<Task> {
  const callId = taskId.startsWith(UPLOAD) ? await callOfUpload(taskId, session) : callOf(taskId);
  const task = { task_id: taskId, percent: null, reason_code: null, waiting: null };
  if (callId === null) return { ...task, state: "working", call_id: null, stage: "queued" };
  const row = await readRow(callId, session);
  const { stage, waiting, isKnown } = await stageOf(callId, session);
  if (!row) {
    const isAsked = isKnown || (await exists(session.ports.store, askedCallKey(session.tenant, callId)));
    if (!isAsked) throw noTask();
    return { ...task, state: "working", call_id: callId, stage, waiting };
  }
  return {
    ...task,
    state: row.status === "scored" ? "completed" : "failed",
    call_id: callId,
    stage,
    percent: row.percent,
    reason_code: row.code,
  };
}

function callOf(taskId: string): string {
  if (CallId.safeParse(taskId).success && !taskId.includes("..")) return taskId;
  throw noTask();
}

const noTask = () =>
  new CallerError(
    "task_id: unknown task: take the one that score_call returned, or the id of a call from search_calls",
  );

async function callOfUpload(taskId: string, { ports, tenant }: Session): Promise<string | null> {
  const upload = UploadTask.safeParse(
    parsed(Buffer.from(taskId.slice(UPLOAD.length), "base64url").toString()),
  );
  if (!upload.success || !isUpload(upload.data.key, tenant)) throw noTask();
  for (const version of upload.data.versions) {
    const key = uploadKey(tenant, uploadFingerprint(upload.data.key, version));
    const known = await readJson(ports.store, key, z.object({ callId: z.string() }));
    if (known) return known.value.callId;
  }
  // Put there, and not noticed yet.
  if (await exists(ports.store, upload.data.key)) return null;
  throw noTask();
}

/** The id comes from outside: it may name anything. */
function isUpload(key: string, tenant: string): boolean {
  try {
    assertSafeKey(key);
    return key.startsWith(uploadsPrefix(tenant));
  } catch {
    return false;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const LOOK_EVERY_MS = 500;

/** The task when it is done, or as it is when the time is over; meanwhile says how far it is. */
export async function waitForTask(
  taskId: string,
  waitSec: number,
  session: Session,
  { signal, progress }: { signal: AbortSignal; progress: Progress },
): Promise<Task> {
  const giveUpAt = Date.now() + waitSec * 1000;
  let told = -1;
  for (;;) {
    const task = await readTask(taskId, session);
    const done = task.state === "working" ? stages.indexOf(task.stage) : stages.length;
    if (done > told) await progress(done, stages.length, session.texts.mcp.stages[task.stage]);
    told = done;
    if (task.state !== "working" || signal.aborted || Date.now() >= giveUpAt) return task;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_EVERY_MS, giveUpAt - Date.now())));
  }
}

export function taskText(task: Task, { texts }: Session): string {
  const { mcp } = texts;
  if (task.state === "failed") return mcp.task.failed(reasonShown(task.reason_code ?? "", texts));
  if (task.state === "completed")
    return `${mcp.task.completed} ${task.call_id ?? ""}: ${scoreShown(task.percent, texts)}`;
  return `${mcp.task.working(mcp.stages[task.stage])} ${task.task_id}`;
}
