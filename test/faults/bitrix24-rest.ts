import { LOGIN_PAGE, QUERY_LIMIT_EXCEEDED } from "../../local/sandbox/bitrix24.ts";
import { at, PATIENCE_SEC, refusal, row, untilMended } from "./at-bitrix24.ts";
import {
  badGateway,
  inUtf16,
  inWindows1251,
  redirected,
  serverError,
  tooMany,
  truncatedJson,
} from "./broken.ts";
import { play, told, toldBehindClosedDoor, type World } from "./play.ts";
import type { FaultRow } from "./row.ts";
import { callIdOf, calls } from "./sandbox.ts";
import { sentenceOf } from "./sentence.ts";

const STATISTICS = "voximplant.statistic.get";
const AGENT = "user.get";

export const restFaults: FaultRow[] = [
  row("connection refused", "`crm.unreachable`: tried again after 10 s; scored; paid once", () =>
    toldBehindClosedDoor("portal", ({ bitrix24 }) => bitrix24.url),
  ),
  row(
    "hangs",
    "`crm.unreachable`: tried again after 10 s; scored; paid once",
    at(STATISTICS, ["hang"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "connection reset",
    "`crm.unreachable`: tried again after 10 s; scored; paid once",
    at(STATISTICS, ["reset"]),
  ),
  row(
    "reset in the middle of the answer",
    "`crm.unreachable`: tried again after 10 s; scored; paid once",
    at(STATISTICS, ["half-answer"]),
  ),
  row(
    "trickles a blank now and then, and never ends",
    "`crm.unreachable`: tried again after 10 s; scored; paid once",
    at(STATISTICS, ["drip"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "429 with Retry-After: 7",
    "`crm.rate_limited`: tried again after 7 s; scored; paid once",
    at(STATISTICS, [tooMany("7")]),
  ),
  row(
    "429 with a Retry-After of the day before yesterday",
    "`crm.rate_limited`: tried again after 1 s; scored; paid once",
    at(STATISTICS, [tooMany("Tue, 17 Nov 2026 17:00:00 GMT")]),
  ),
  row(
    "QUERY_LIMIT_EXCEEDED, without Retry-After",
    "`crm.paced`: tried again after 2 to 10 s; scored; paid once",
    async () => {
      const facts = await play({
        fault: ({ bitrix24 }) => bitrix24.fail(STATISTICS, QUERY_LIMIT_EXCEEDED),
      });
      const [first] = facts.puttingsOff.splice(0);
      // Drawn by chance, so that several workers do not come back together.
      const isWithin = first?.code === "crm.paced" && first.sec >= 2 && first.sec <= 10;
      return `${isWithin ? "`crm.paced`: tried again after 2 to 10 s" : JSON.stringify(first)}; ${sentenceOf(facts)}`;
    },
  ),
  row(
    "OPERATION_TIME_LIMIT",
    "`crm.rate_limited`: tried again after 10 min; scored; paid once",
    at(STATISTICS, [refusal(429, "OPERATION_TIME_LIMIT")]),
  ),
  row("500", "`crm.failed`: tried again after 10 s; scored; paid once", at(STATISTICS, [serverError])),
  row(
    "500 ten times in a row",
    "`crm.failed`, `crm.paused`: tried again 17 times, after 5 s to 645 s; scored; paid once; the supervisor is told once, and once that it is over",
    at(
      STATISTICS,
      Array.from({ length: 10 }, () => serverError),
    ),
  ),
  row(
    "502 with a page of HTML",
    "`crm.failed`: tried again after 10 s; scored; paid once",
    at(STATISTICS, [badGateway]),
  ),
  row(
    "200 with the login page instead of JSON",
    "`crm.unreadable_reply`: tried again after 10 s; scored; paid once",
    at(STATISTICS, [LOGIN_PAGE]),
  ),
  row(
    "truncated JSON",
    "`crm.unreadable_reply`: tried again after 10 s; scored; paid once",
    at(STATISTICS, [truncatedJson]),
  ),
  row(
    "JSON in UTF-16, said to be UTF-8",
    "`crm.unreadable_reply`: tried again after 10 s; scored; paid once",
    at(STATISTICS, [inUtf16]),
  ),
  row(
    "302 to a login page elsewhere",
    "`crm.moved`: tried again after 10 s; scored; paid once; the supervisor is told once, and once that it is over",
    at(STATISTICS, [redirected]),
  ),
  row(
    "an empty answer: the statistics lag behind the notice",
    "`call.unknown`: tried again after 30 s; scored; paid once",
    at(STATISTICS, [{ body: { result: [], total: 0 } }]),
  ),
  row(
    "the webhook's secret is refused for an hour (401)",
    "`crm.unauthorized`, `crm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended("/rest/", refusal(401, "INVALID_CREDENTIALS")),
  ),
  row(
    "the plan has run out for an hour (402)",
    "`crm.payment_required`, `crm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended("/rest/", refusal(402, "PAYMENT_REQUIRED")),
  ),
  row(
    "the right to telephony is missing for an hour",
    "`crm.insufficient_scope`, `crm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended(STATISTICS, refusal(403, "insufficient_scope")),
  ),
  row(
    "the portal blocks REST for an hour (OVERLOAD_LIMIT)",
    "`crm.blocked`, `crm.paused`: tried again 17 times, after 10 s to 15 min; scored; paid once; the supervisor is told once, and once that it is over; 10 requests in vain until it is mended",
    untilMended("/rest/", refusal(503, "OVERLOAD_LIMIT")),
  ),
  row(
    "employees cannot be looked up: 500",
    "`crm.failed`: tried again after 10 s; scored; paid once",
    at(AGENT, [serverError]),
  ),
  row(
    "an employee's name in Windows-1251, said to be UTF-8",
    "scored; paid once; the agent's name is unreadable in the reports",
    async () => {
      let world: World | undefined;
      const sentence = await told({
        before: (given) => {
          world = given;
        },
        fault: ({ bitrix24 }) => bitrix24.fail(AGENT, inWindows1251),
      });
      const row = await world?.row(callIdOf(calls[0]!));
      return `${sentence}; the agent's name is ${row?.agentName?.includes("\uFFFD") ? "unreadable in the reports" : "whole"}`;
    },
  ),
  row(
    "the portal's clock is nine hours off: Retry-After names a date tomorrow",
    "`crm.rate_limited`: tried again after 1 h; scored; paid once",
    at(STATISTICS, [tooMany("Fri, 20 Nov 2026 02:00:00 GMT")]),
  ),
];
