import { at, PATIENCE_SEC, refusal, row, untilMended } from "./at-salutespeech.ts";
import { htmlPage, inWindows1251, serverError, tooMany, truncatedJson } from "./broken.ts";
import { told } from "./play.ts";
import type { FaultRow } from "./row.ts";

const TASK = "task:get";
const RESULT = "data:download";

export const taskFaults: FaultRow[] = [
  row(
    "down for two hours (503)",
    "`speech.oauth_unavailable`, `speech.paused`: tried again 23 times, after 5 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 16 requests in vain until it is mended",
    untilMended("", { status: 503, body: "Service unavailable" }, { mendedAfterSec: 7200 }),
  ),
  row(
    "down for three days (503)",
    "`speech.oauth_unavailable`, `speech.paused`, `speech.oauth_unavailable` (failed): tried again 351 times, after 5 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; delivered 2 times; 296 requests in vain until it is mended",
    untilMended("", { status: 503, body: "Service unavailable" }, { mendedAfterSec: 3 * 86_400 }),
  ),
  row(
    "the task's state: 500",
    "`speech.unavailable`: tried again after 10 s; scored; paid once",
    at(TASK, [serverError]),
  ),
  row(
    "the task's state: reset",
    "`speech.connection_lost`: tried again after 10 s; scored; paid once",
    at(TASK, ["reset"]),
  ),
  row(
    "the task's state: HTML instead of JSON",
    "`speech.unreadable_reply`: tried again after 10 s; scored; paid once",
    at(TASK, [htmlPage]),
  ),
  row(
    "the task's state: 429 with Retry-After: 90",
    "`speech.rate_limited`: tried again after 90 s; scored; paid once",
    at(TASK, [tooMany("90")]),
  ),
  row("the token is refused while the task runs", "scored; paid once", at(TASK, [refusal(401)])),
  row(
    "the task is not known any more (404)",
    "failed as speech.task_lost; paid: 1 transcription, no answers",
    at(TASK, [refusal(404)]),
  ),
  row(
    "the task ends in ERROR",
    "failed as speech.task_failed; paid: 1 transcription, no answers",
    at(TASK, [{ body: { status: 200, result: { status: "ERROR" } } }]),
  ),
  row("the task runs longer than an hour", "scored; paid once", () =>
    told({ pollsUntilDone: 70, fault: () => {} }),
  ),
  row(
    "the result is cut in the middle",
    "`speech.connection_lost`: tried again after 10 s; scored; paid once",
    at(RESULT, ["half-answer"]),
  ),
  row(
    "the result is truncated JSON",
    "`speech.unreadable_reply`: tried again after 10 s; scored; paid once",
    at(RESULT, [truncatedJson]),
  ),
  row(
    "the result hangs",
    "`speech.connection_lost`: tried again after 10 s; scored; paid once",
    at(RESULT, ["hang"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "the result is in Windows-1251, said to be UTF-8",
    "`speech.unreadable_reply`: tried again after 10 s; scored; paid once",
    at(RESULT, [inWindows1251]),
  ),
  row(
    "the result is not what the docs say (an object)",
    "`speech.unreadable_reply`: tried again after 10 s; scored; paid once",
    at(RESULT, [{ body: { results: [] } }]),
  ),
];
