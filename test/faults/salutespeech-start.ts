import type { Fault } from "../../local/sandbox/server.ts";
import { at, PATIENCE_SEC, refusal, row, untilMended } from "./at-salutespeech.ts";
import {
  always,
  badGateway,
  htmlPage,
  inUtf16,
  redirected,
  serverError,
  tooMany,
  truncatedJson,
} from "./broken.ts";
import { told, toldBehindClosedDoor } from "./play.ts";
import type { FaultRow } from "./row.ts";

const OAUTH = "oauth";
const UPLOAD = "data:upload";
const START = "async_recognize";

/** The vendor's clock, and ours, so many seconds apart: what it says of the lifetime of a token. */
const expiresOff =
  (bySec: number): Fault =>
  (own) => ({
    ...own,
    body: {
      ...(own.body as object),
      expires_at: (own.body as { expires_at: number }).expires_at + bySec * 1000,
    },
  });

export const startFaults: FaultRow[] = [
  row("connection refused", "`speech.oauth_unavailable`: tried again after 10 s; scored; paid once", () =>
    toldBehindClosedDoor("speech", ({ saluteSpeech }) => saluteSpeech.apiUrl),
  ),
  row(
    "OAuth hangs",
    "`speech.oauth_unavailable`: tried again after 10 s; scored; paid once",
    at(OAUTH, ["hang"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "OAuth: 500",
    "`speech.oauth_unavailable`: tried again after 10 s; scored; paid once",
    at(OAUTH, [serverError]),
  ),
  row(
    "OAuth: a page of HTML instead of a token",
    "`speech.oauth_unavailable`: tried again after 10 s; scored; paid once",
    at(OAUTH, [htmlPage]),
  ),
  row(
    "OAuth: 429 with Retry-After: 7",
    "`speech.rate_limited`: tried again after 7 s; scored; paid once",
    at(OAUTH, [tooMany("7")]),
  ),
  row(
    "the key is refused for an hour (401)",
    "`speech.unauthorized`, `speech.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(OAUTH, { status: 401, body: { code: 6 } }),
  ),
  row(
    "the key is refused for an hour (401); a second call ends half an hour later",
    "`speech.unauthorized`, `speech.paused`: tried again 21 times, after 10 s to 15 min; both scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(OAUTH, { status: 401, body: { code: 6 } }, { calls: 2, gapSec: 1800 }),
  ),
  row(
    "the vendor's clock is six hours behind ours: every token seems to have run out",
    "scored; paid once",
    at(OAUTH, always(expiresOff(-6 * 3600))),
  ),
  row(
    "the vendor's clock is six hours ahead: a token runs out long before it says",
    "scored; paid once",
    async () =>
      told({
        pollsUntilDone: 40,
        fault: ({ saluteSpeech }) => saluteSpeech.fail(OAUTH, ...always(expiresOff(6 * 3600))),
      }),
  ),
  row(
    "the upload hangs",
    "`speech.connection_lost`: tried again after 10 s; scored; paid once",
    at(UPLOAD, ["hang"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "the upload's connection is reset",
    "`speech.connection_lost`: tried again after 10 s; scored; paid once",
    at(UPLOAD, ["reset"]),
  ),
  row(
    "the answer to the upload is lost",
    "`speech.connection_lost`: tried again after 10 s; scored; paid once",
    at(UPLOAD, ["lost-answer"]),
  ),
  row(
    "the upload is refused with a token that is new (401)",
    "`speech.unauthorized`: tried again after 10 s; scored; paid once; the supervisor is told once, and once that it is over",
    at(UPLOAD, [refusal(401)]),
  ),
  row(
    "the token runs out in the middle of the day, before the second call's upload",
    "`speech.token_expired`: tried again after 10 s; both scored; paid once",
    at(UPLOAD, [(own) => own, refusal(401)], { calls: 2, gapSec: 300 }),
  ),
  row(
    "the recording is refused as too large (413)",
    "failed as recording.too_large; nothing paid",
    at(UPLOAD, [refusal(413)]),
  ),
  row("the token runs out between upload and start", "scored; paid once", at(START, [refusal(401)])),
  row(
    "the start hangs, and nothing was started",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid once; its marker counts 2 attempts",
    at(START, ["hang"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "the start trickles blanks and never ends; the task runs",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid: 2 transcriptions, 1 answer; its marker counts 2 attempts",
    at(START, ["drip"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "the start's connection is reset, and nothing was started",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid once; its marker counts 2 attempts",
    at(START, ["reset"]),
  ),
  row(
    "the answer to the start is lost",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid: 2 transcriptions, 1 answer; its marker counts 2 attempts",
    at(START, ["lost-answer"]),
  ),
  row(
    "the answer to the start is cut in the middle",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid: 2 transcriptions, 1 answer; its marker counts 2 attempts",
    at(START, ["half-answer"]),
  ),
  row(
    "the answer to the start is truncated JSON",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid: 2 transcriptions, 1 answer; its marker counts 2 attempts",
    at(START, [truncatedJson]),
  ),
  row(
    "the answer to the start is JSON in UTF-16",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid: 2 transcriptions, 1 answer; its marker counts 2 attempts",
    at(START, [inUtf16]),
  ),
  row(
    "the start: 429 with Retry-After: 7",
    "`speech.rate_limited`: tried again after 7 s; scored; paid once",
    at(START, [tooMany("7")]),
  ),
  row(
    "the start: 429 without Retry-After",
    "`speech.rate_limited`: tried again after 30 s; scored; paid once",
    at(START, [tooMany()]),
  ),
  row(
    "the start: 500",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid once; its marker counts 2 attempts",
    at(START, [serverError]),
  ),
  row(
    "the start: 502 with a page of HTML",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid once; its marker counts 2 attempts",
    at(START, [badGateway]),
  ),
  row(
    "the start: 302 elsewhere",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid once; its marker counts 2 attempts",
    at(START, [redirected]),
  ),
  row(
    "the start: 200 with an error in its envelope",
    "`speech.start_unknown`: tried again after 10 s; `claim.held`: tried again after 140 s; scored; paid once; its marker counts 2 attempts",
    at(START, [{ body: { status: 500, message: "Internal error" } }]),
  ),
  row(
    "no paid minutes left for an hour (402)",
    "`speech.no_money`, `speech.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(START, refusal(402)),
  ),
  row(
    "the scope is not the key's, for an hour (403)",
    "`speech.forbidden`, `speech.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(START, refusal(403)),
  ),
  row(
    "the upload is forgotten before the start (404)",
    "`speech.file_lost`: tried again after 10 s; scored; paid once",
    at(START, [refusal(404)]),
  ),
  row(
    "the encoding is not taken (400)",
    "failed as speech.rejected_audio; nothing paid",
    at(START, [refusal(400)]),
  ),
  row(
    "the recording cannot be decoded (422)",
    "failed as speech.undecodable; nothing paid",
    at(START, [refusal(422)]),
  ),
];
