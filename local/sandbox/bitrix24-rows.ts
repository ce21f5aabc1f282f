import type { SandboxAgent, SandboxCall } from "./bitrix24.ts";

/** What the sandbox portal says about its calls and people, in the portal's own dialect. */

export type StatisticRow = Record<string, string | number | null>;

const OPERATORS = ["!=", ">=", "<=", ">", "<", "=", "!", ""] as const;

/**
 * Filters and sorts like the portal: only by `FILTER`, `SORT` and `ORDER` in upper case, and what it does not know
 * it drops without a word (Bitrix24 docs, voximplant-statistic-get).
 */
export function filterRows(rows: StatisticRow[], parameters: Record<string, unknown>): StatisticRow[] {
  const filter = Object.entries(parameters.FILTER ?? {});
  const found = rows.filter((row) => filter.every(([key, wanted]) => passes(row, key, wanted)));
  const { SORT, ORDER } = parameters;
  if (typeof SORT !== "string" || !rows.every((row) => SORT in row)) return found;
  const sign = ORDER === "DESC" ? -1 : 1;
  return found.toSorted((one, other) => sign * compare(one[SORT], other[SORT]));
}

function passes(row: StatisticRow, key: string, wanted: unknown): boolean {
  const operator = OPERATORS.find((candidate) => key.startsWith(candidate)) ?? "";
  const field = key.slice(operator.length);
  if (!(field in row)) return true;
  const value = row[field];
  const isEqual = [wanted].flat().some((each) => String(each) === String(value));
  switch (operator) {
    case "":
    case "=":
      return isEqual;
    case "!":
    case "!=":
      return !isEqual;
    case ">=":
      return compare(value, wanted) >= 0;
    case ">":
      return compare(value, wanted) > 0;
    case "<=":
      return compare(value, wanted) <= 0;
    case "<":
      return compare(value, wanted) < 0;
  }
}

/** Numbers as numbers, dates as moments, everything else as text. */
function compare(one: unknown, other: unknown): number {
  const [left, right] = [orderOf(one), orderOf(other)];
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(one) < String(other) ? -1 : Number(String(one) > String(other));
}

function orderOf(value: unknown): number | string {
  const text = String(value);
  if (/^\d+$/.test(text)) return Number(text);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : text;
}

const FIRST_ROW_ID = 512;

/** A row of `voximplant.statistic.get`. */
export function statisticRow(call: SandboxCall, index: number, fileId: number | null): StatisticRow {
  return {
    ID: String(FIRST_ROW_ID + index),
    CALL_ID: call.nativeId,
    CALL_TYPE: call.callType,
    CALL_CATEGORY: call.category ?? "external",
    PORTAL_USER_ID: call.agentId ?? "0",
    PORTAL_NUMBER: call.line,
    PHONE_NUMBER: call.phone,
    CALL_DURATION: String(call.durationSec),
    CALL_START_DATE: call.startedAt,
    CALL_FAILED_CODE: call.failedCode,
    CALL_FAILED_REASON: call.failedCode === "200" ? "Success" : "",
    CRM_ENTITY_TYPE: call.entity?.type ?? null,
    CRM_ENTITY_ID: call.entity?.id ?? null,
    CRM_ACTIVITY_ID: call.activityId ?? null,
    CALL_RECORD_URL: "",
    RECORD_FILE_ID: fileId,
    TRANSCRIPT_ID: null,
    TRANSCRIPT_PENDING: "N",
    COST: "0.0000",
  };
}

/** A row of `user.get`. */
export function userRow(agent: SandboxAgent): object {
  return {
    ID: agent.id,
    ACTIVE: true,
    NAME: agent.firstName,
    LAST_NAME: agent.lastName,
    UF_DEPARTMENT: agent.departmentIds,
    USER_TYPE: "employee",
  };
}

/** The body of ONVOXIMPLANTCALLEND: every value is text. */
export function webhookForm(call: SandboxCall, token: string, unixSec: number): URLSearchParams {
  return new URLSearchParams({
    event: "ONVOXIMPLANTCALLEND",
    event_handler_id: "17",
    "data[CALL_ID]": call.nativeId,
    "data[CALL_TYPE]": call.callType,
    "data[PHONE_NUMBER]": call.phone,
    "data[PORTAL_NUMBER]": call.line,
    "data[PORTAL_USER_ID]": call.agentId ?? "0",
    "data[CALL_DURATION]": String(call.durationSec),
    "data[CALL_START_DATE]": call.startedAt,
    "data[COST]": "0.0000",
    "data[COST_CURRENCY]": "RUR",
    "data[CALL_FAILED_CODE]": call.failedCode,
    "data[CALL_FAILED_REASON]": call.failedCode === "200" ? "Success" : "",
    "data[CRM_ACTIVITY_ID]": call.activityId ?? "0",
    ts: String(unixSec),
    "auth[domain]": "sandbox.bitrix24.ru",
    "auth[client_endpoint]": "https://sandbox.bitrix24.ru/rest/",
    "auth[server_endpoint]": "https://oauth.bitrix.info/rest/",
    "auth[member_id]": "0123456789abcdef0123456789abcdef",
    "auth[application_token]": token,
  });
}
