import type { Fault } from "../../local/sandbox/server.ts";
import { refused, tooManyRequests } from "../../local/sandbox/telegram.ts";
import {
  badGateway,
  htmlPage,
  inUtf16,
  inWindows1251,
  redirected,
  serverError,
  truncatedJson,
} from "./broken.ts";
import { type Play, told, toldBehindClosedDoor, toldUntilMended } from "./play.ts";
import { type FaultTable, rowOf } from "./row.ts";

const PATIENCE_SEC = 0.4;
const SEND = "sendMessage";

const row = rowOf("report");

/** A digest that meets these faults, one request each. */
function meets(faults: Fault[], more: Partial<Play> = {}) {
  return () => told({ ...more, digest: true, fault: ({ telegram }) => telegram.fail(SEND, ...faults) });
}

/** A digest that meets the fault at every request until an hour later somebody mends it. */
function untilMended(fault: Fault) {
  return () => toldUntilMended(({ telegram }) => telegram, SEND, fault, { digest: true });
}

export const telegramFaults: FaultTable = {
  vendor: "Telegram",
  rows: [
    row("connection refused", "`notify.failed`: tried again after 10 s; the digest comes once", () =>
      toldBehindClosedDoor("telegram", ({ telegram }) => telegram.url, { digest: true }),
    ),
    row(
      "hangs",
      "`notify.failed`: tried again after 10 s; the digest comes once",
      meets(["hang"], { patienceSec: PATIENCE_SEC }),
    ),
    row(
      "connection reset",
      "`notify.failed`: tried again after 10 s; the digest comes once",
      meets(["reset"]),
    ),
    row(
      "the answer is lost",
      "`notify.failed`: tried again after 10 s; the digest comes twice",
      meets(["lost-answer"]),
    ),
    row(
      "the answer is cut in the middle",
      "`notify.failed`: tried again after 10 s; the digest comes twice",
      meets(["half-answer"]),
    ),
    row(
      "429 with retry_after: 7",
      "`notify.rate_limited`: tried again after 7 s; the digest comes once",
      meets([tooManyRequests(7)]),
    ),
    row(
      "429 without retry_after",
      "`notify.rate_limited`: tried again after 30 s; the digest comes once",
      meets([{ status: 429, body: { ok: false, description: "Too Many Requests" } }]),
    ),
    row("500", "`notify.failed`: tried again after 10 s; the digest comes once", meets([serverError])),
    row(
      "502 with a page of HTML",
      "`notify.failed`: tried again after 10 s; the digest comes once",
      meets([badGateway]),
    ),
    row(
      "200 with a page of HTML",
      "`notify.failed`: tried again after 10 s; the digest comes once",
      meets([htmlPage]),
    ),
    row(
      "truncated JSON",
      "`notify.failed`: tried again after 10 s; the digest comes twice",
      meets([truncatedJson]),
    ),
    row(
      "JSON in UTF-16, said to be UTF-8",
      "`notify.failed`: tried again after 10 s; the digest comes twice",
      meets([inUtf16]),
    ),
    row("the answer in Windows-1251, said to be UTF-8", "the digest comes once", meets([inWindows1251])),
    row(
      "302 elsewhere",
      "`notify.failed`: tried again after 10 s; the digest comes once",
      meets([redirected]),
    ),
    row(
      "the token is refused for an hour (401)",
      "`notify.unauthorized`, `notify.paused`: tried again 17 times, after 10 s to 15 min; the digest comes once; 10 requests in vain until it is mended",
      untilMended(refused(401, "Unauthorized")),
    ),
    row(
      "the bot is out of the group for an hour (403)",
      "`notify.chat_unreachable`, `notify.paused`: tried again 17 times, after 10 s to 15 min; the digest comes once; 10 requests in vain until it is mended",
      untilMended(refused(403, "Forbidden: bot was kicked from the supergroup chat")),
    ),
    row(
      "the chat is not found for an hour (400)",
      "`notify.chat_unreachable`, `notify.paused`: tried again 17 times, after 10 s to 15 min; the digest comes once; 10 requests in vain until it is mended",
      untilMended(refused(400, "Bad Request: chat not found")),
    ),
    row(
      "the group became a supergroup",
      "the digest comes once",
      meets([
        refused(400, "Bad Request: group chat was upgraded to a supergroup chat", {
          migrate_to_chat_id: -1001234567891,
        }),
      ]),
    ),
    row(
      "its parser takes no HTML today (400, can't parse entities)",
      "the digest comes once",
      meets([refused(400, "Bad Request: can't parse entities")]),
    ),
  ],
};
