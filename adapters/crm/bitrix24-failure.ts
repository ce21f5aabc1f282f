import { ConfigurationError, RetryLaterError, VendorError } from "../../core/errors.ts";
import { retryAfterSec } from "../../core/retry-after.ts";

export interface RefusedRequest {
  method: string;
  response: Response;
  /** In upper case; null when the reply has none or cannot be read. */
  code: string | null;
  /** When the portal will have forgotten the time that the method took, if it said so. */
  resetAt: Date | undefined;
  now: Date;
}

const RATE_LIMIT_SEC = { least: 2, most: 10 };
// The portal counts ten buckets of a minute, so the whole count is fresh after ten (Bitrix24 docs, limits).
const OPERATION_LIMIT_SEC = 600;

/** What the portal's answer means for us (Bitrix24 docs, error-codes). */
export function failureOf({ method, response, code, resetAt, now }: RefusedRequest): Error {
  const { status, headers } = response;
  if (code === "OPERATION_TIME_LIMIT") {
    const untilReset = resetAt ? Math.ceil((resetAt.getTime() - now.getTime()) / 1000) : OPERATION_LIMIT_SEC;
    return new RetryLaterError(
      "crm.rate_limited",
      untilReset > 0 ? Math.min(untilReset, 3600) : OPERATION_LIMIT_SEC,
      `Bitrix24 has spent its time allowance for ${method}`,
    );
  }
  if (code === "QUERY_LIMIT_EXCEEDED" || status === 429) {
    // Several workers share one address and thereby one limit: the jitter keeps them from coming back together.
    const jittered = RATE_LIMIT_SEC.least + Math.random() * (RATE_LIMIT_SEC.most - RATE_LIMIT_SEC.least);
    const asked = headers.get("retry-after");
    const afterSec = retryAfterSec(asked, now, Math.ceil(jittered));
    // Whoever asks for a pause by name gets it from all requests. A count of requests that is used up drains all the time, so the
    // pace that is kept with it is pause enough.
    return new RetryLaterError(
      asked === null && status !== 429 ? "crm.paced" : "crm.rate_limited",
      afterSec,
      "Bitrix24 takes no more requests at the moment",
    );
  }
  const ours = ourMistake(method, status, code);
  if (ours) return ours;
  if (response.ok && code === null) {
    return new VendorError(
      "crm.unreadable_reply",
      `Bitrix24 answered ${method} with something else than JSON`,
    );
  }
  // Only a code that looks like one of theirs is repeated; anything else could be text about a client.
  const named = code && /^[A-Z][A-Z0-9_]{2,49}$/.test(code) ? ` (${code})` : "";
  return new VendorError("crm.failed", `Bitrix24 answered ${method} with status ${status}${named}`);
}

function ourMistake(method: string, status: number, code: string | null): ConfigurationError | undefined {
  const scope = scopeOf(method);
  switch (code) {
    case "OVERLOAD_LIMIT":
      return new ConfigurationError(
        "crm.blocked",
        "Bitrix24 has blocked REST for the portal in BITRIX24_WEBHOOK_URL: ask Bitrix24 support to lift the block",
      );
    case "PAYMENT_REQUIRED":
    case "PORTAL_DELETED":
      return unpaid();
    case "INSUFFICIENT_SCOPE":
    case "ERROR_METHOD_NOT_FOUND":
      return new ConfigurationError(
        "crm.insufficient_scope",
        `Bitrix24 does not offer ${method} to BITRIX24_WEBHOOK_URL: tick "${scope}" in the rights of the inbound webhook`,
      );
    case "NO_AUTH_FOUND":
    case "EXPIRED_TOKEN":
    case "INVALID_TOKEN":
    case "INVALID_CREDENTIALS":
      return unauthorized();
    case "ACCESS_DENIED":
    case "USER_ACCESS_ERROR":
      return forbidden(method, scope);
  }
  if (status === 401) return unauthorized();
  if (status === 402) return unpaid();
  if (status === 403) return forbidden(method, scope);
  if (status === 404) {
    return new ConfigurationError(
      "crm.not_found",
      `Bitrix24 knows no ${method} at the address in BITRIX24_WEBHOOK_URL: check the address and that "${scope}" is ticked`,
    );
  }
  return undefined;
}

function unauthorized(): ConfigurationError {
  return new ConfigurationError(
    "crm.unauthorized",
    "Bitrix24 rejected the inbound webhook: it was deleted, has expired or is mistyped; check BITRIX24_WEBHOOK_URL",
  );
}

function forbidden(method: string, scope: string): ConfigurationError {
  return new ConfigurationError(
    "crm.forbidden",
    `Bitrix24 refused ${method}: tick "${scope}" for the webhook in BITRIX24_WEBHOOK_URL, give its owner the right to see what it reads and to change what it writes, and check that the portal's plan includes REST`,
  );
}

function unpaid(): ConfigurationError {
  return new ConfigurationError(
    "crm.payment_required",
    "the portal in BITRIX24_WEBHOOK_URL is deleted or its plan has run out: renew it",
  );
}

/** The right of the inbound webhook that a method needs. */
function scopeOf(method: string): string {
  const family = method.split(".")[0] ?? "";
  return { voximplant: "telephony", user: "user_basic" }[family] ?? family;
}

/** Said without the address: it holds the secret. */
export function unreachable(error: unknown): VendorError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const timedOut = error instanceof Error && error.name === "TimeoutError";
  const why = timedOut ? ": timed out" : /^[A-Z][A-Z0-9_]+$/.test(code) ? `: ${code}` : "";
  return new VendorError("crm.unreachable", `Bitrix24 could not be reached${why}`);
}
