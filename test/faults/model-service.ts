import { meets, refusal, row, untilMended } from "./at-model.ts";
import {
  badGateway,
  htmlPage,
  inUtf16,
  inWindows1251,
  redirected,
  serverError,
  tooMany,
  truncatedJson,
} from "./broken.ts";
import { toldBehindClosedDoor } from "./play.ts";
import type { FaultRow } from "./row.ts";

/** How long the driver waits where the service falls silent. */
const PATIENCE_SEC = 0.4;

export const serviceFaults: FaultRow[] = [
  row(
    "connection refused",
    "`llm.unreachable`: tried again after 10 s; scored; paid once; its marker counts 2 attempts",
    () => toldBehindClosedDoor("model", ({ model }) => model.url, { openedAfterSec: 12 }),
  ),
  row(
    "hangs",
    "`llm.timeout`: tried again after 10 s; scored; paid once; its marker counts 2 attempts",
    meets(["hang"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "trickles blanks to keep the connection alive, and never ends",
    "`llm.timeout`: tried again after 10 s; scored; paid: 1 transcription, 2 answers; its marker counts 2 attempts",
    meets(["drip"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "connection reset",
    "`llm.unreachable`: tried again after 10 s; scored; paid once; its marker counts 2 attempts",
    meets(["reset"]),
  ),
  row(
    "the answer is lost",
    "`llm.unreachable`: tried again after 10 s; scored; paid: 1 transcription, 2 answers; its marker counts 2 attempts",
    meets(["lost-answer"]),
  ),
  row(
    "the answer is cut in the middle",
    "`llm.unreachable`: tried again after 10 s; scored; paid: 1 transcription, 2 answers; its marker counts 2 attempts",
    meets(["half-answer"]),
  ),
  row(
    "429 with Retry-After: 7",
    "`llm.rate_limited`: tried again after 7 s; scored; paid once",
    meets([tooMany("7")]),
  ),
  row(
    "429 without Retry-After",
    "`llm.rate_limited`: tried again after 30 s; scored; paid once",
    meets([tooMany()]),
  ),
  row(
    "429 with a Retry-After of a day",
    "`llm.rate_limited`: tried again after 1 h; scored; paid once",
    meets([tooMany("86400")]),
  ),
  row(
    "429 for want of money, for an hour (insufficient_quota)",
    "`llm.no_money`, `llm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(refusal(429, "You exceeded your current quota", "insufficient_quota")),
  ),
  row(
    "500",
    "`llm.failed`: tried again after 10 s; scored; paid once; its marker counts 2 attempts",
    meets([serverError]),
  ),
  row(
    "502 with a page of HTML",
    "`llm.failed`: tried again after 10 s; scored; paid once; its marker counts 2 attempts",
    meets([badGateway]),
  ),
  row(
    "529, overloaded",
    "`llm.failed`: tried again after 10 s; scored; paid once; its marker counts 2 attempts",
    meets([{ status: 529, body: { type: "error" } }]),
  ),
  row(
    "200 with a page of HTML",
    "`llm.unreadable_reply`: tried again after 10 s; scored; paid once; its marker counts 2 attempts",
    meets([htmlPage]),
  ),
  row(
    "200 with an error inside",
    "`llm.failed`: tried again after 10 s; scored; paid once; its marker counts 2 attempts",
    meets([{ body: { error: { code: 502, message: "Provider returned error" } } }]),
  ),
  row(
    "truncated JSON",
    "`llm.unreadable_reply`: tried again after 10 s; scored; paid: 1 transcription, 2 answers; its marker counts 2 attempts",
    meets([truncatedJson]),
  ),
  row(
    "JSON in UTF-16, said to be UTF-8",
    "`llm.unreadable_reply`: tried again after 10 s; scored; paid: 1 transcription, 2 answers; its marker counts 2 attempts",
    meets([inUtf16]),
  ),
  row(
    "the answer in Windows-1251, said to be UTF-8",
    "scored; paid: 1 transcription, 2 answers",
    meets([inWindows1251]),
  ),
  row(
    "302 elsewhere, for an hour",
    "`llm.wrong_address`, `llm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(redirected),
  ),
  row(
    "the key is refused for an hour (401)",
    "`llm.unauthorized`, `llm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(refusal(401, "Incorrect API key provided", "invalid_api_key")),
  ),
  row(
    "no money for an hour (402)",
    "`llm.no_money`, `llm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(refusal(402, "Insufficient Balance")),
  ),
  row(
    "the model's name is not known for an hour (404)",
    "`llm.unknown_model`, `llm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(refusal(404, "The model does not exist", "model_not_found")),
  ),
  row(
    "the country is not served, for an hour (403)",
    "`llm.region_refused`, `llm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(
      refusal(403, "Country, region, or territory not supported", "unsupported_country_region_territory"),
    ),
  ),
];
