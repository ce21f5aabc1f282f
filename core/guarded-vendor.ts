import { vendorHealthKey } from "./bucket-layout.ts";
import type { Clock } from "./clock.ts";
import { ConfigurationError, PermanentError, RetryLaterError, VendorError } from "./errors.ts";
import type { Store } from "./ports/store.ts";
import { readJson, writeJson } from "./store-json.ts";
import { PAUSED, VendorHealth, type VendorName } from "./vendor-health.ts";

/** What is to be told to the supervisor; said again after a crash, so whoever tells it must look whether it was told. */
export type HealthNews =
  | { kind: "paused"; vendor: VendorName; code: string; since: string }
  | { kind: "recovered"; vendor: VendorName; since: string };

export interface HealthOptions {
  vendor: VendorName;
  tenant: string;
  store: Store;
  clock: Clock;
  announce(news: HealthNews): Promise<void>;
}

/** One call without rights to its file is no reason to stop asking about the others. */
const ABOUT_ONE_CALL = new Set(["crm.recording_forbidden", "notify.rejected"]);
const REREAD_AFTER_SEC = 15;
const SHORTEST_PAUSE_SEC = 10;
const LONGEST_PAUSE_SEC = 900;
/** So many requests in a row without an answer are no accident. */
const FAILURES_IN_A_ROW = 3;
/** An outage of this length is told to the supervisor; a refused key is told at once. */
const OUTAGE_TO_TELL_SEC = 600;
/** The same trouble that comes back within this time is not told anew. */
const SAME_TROUBLE_SEC = 3600;

/**
 * Wraps a vendor's port: while the vendor is known to refuse us, to be down or to want a pause, its methods throw
 * {@link RetryLaterError} `<vendor>.paused` without asking it, in pauses that grow from ten seconds to a quarter of an hour. What is known lies in
 * the bucket, so every function learns from one.
 */
export function guarded<Port extends object>(port: Port, options: HealthOptions): Port {
  const health = openHealth(options);
  const wrap = (method: string, call: (...given: unknown[]) => unknown) =>
    isGenerator(call)
      ? async function* (...given: unknown[]) {
          const begun = await health.begin();
          try {
            yield* call.apply(port, given) as AsyncIterable<unknown>;
          } catch (error) {
            throw await health.failed(error, method, begun);
          }
          await health.succeeded(method);
        }
      : async (...given: unknown[]) => {
          const begun = await health.begin();
          let answer: unknown;
          try {
            answer = await call.apply(port, given);
          } catch (error) {
            throw await health.failed(error, method, begun);
          }
          await health.succeeded(method);
          return answer;
        };
  return Object.fromEntries(
    Object.entries(port).map(([name, value]) => [
      name,
      typeof value === "function" ? wrap(name, value as (...given: unknown[]) => unknown) : value,
    ]),
  ) as Port;
}

function isGenerator(call: object): boolean {
  return call.constructor.name === "AsyncGeneratorFunction";
}

function openHealth({ vendor, tenant, store, clock, announce }: HealthOptions) {
  const key = vendorHealthKey(tenant, vendor);
  let known: { value: VendorHealth; etag: string } | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  /** What the vendor itself asked for, in this process alone. */
  let quietUntilMs = 0;
  const inARow = new Map<string, number>();
  const nowMs = () => clock.now().getTime();

  async function reread(): Promise<void> {
    known = await readJson(store, key, VendorHealth);
    readAtMs = nowMs();
  }

  async function keep(value: VendorHealth): Promise<boolean> {
    const written = await writeJson(store, key, value, known ? { ifMatch: known.etag } : { ifAbsent: true });
    // Somebody else has seen it too: what they wrote counts.
    if (!written.written) await reread();
    else known = { value, etag: written.etag };
    return written.written;
  }

  async function trouble(error: ConfigurationError | VendorError, method: string): Promise<void> {
    await reread();
    const now = nowMs();
    const before = known?.value;
    const goesOn = before !== undefined && before.state !== "well";
    const since = goesOn ? before.since : timeOf(now);
    const failures = goesOn ? before.failures + 1 : 1;
    const tellAt = goesOn
      ? before.tellAt
      : timeOf(now + (isNews(error, before, now) ? 0 : OUTAGE_TO_TELL_SEC * 1000));
    const isTold = now >= Date.parse(tellAt);
    const pauseSec = Math.min(LONGEST_PAUSE_SEC, SHORTEST_PAUSE_SEC * 2 ** (failures - 1));
    const written = await keep({
      vendor,
      state: isTold ? "paused" : "failing",
      code: error.code,
      problem: error.message,
      method,
      since,
      failures,
      until: timeOf(now + pauseSec * 1000),
      tellAt,
      announced: goesOn && before.announced,
      recoveredAt: null,
    });
    if (!written || !isTold || known?.value.announced) return;
    await announce({ kind: "paused", vendor, code: error.code, since });
    if (known) await keep({ ...known.value, announced: true });
  }

  return {
    /** Resolves to when the request began. @throws RetryLaterError while the vendor is not to be asked */
    async begin(): Promise<number> {
      if (nowMs() - readAtMs > REREAD_AFTER_SEC * 1000) await reread();
      const stated = known && known.value.state !== "well" ? Date.parse(known.value.until) : 0;
      const now = nowMs();
      if (known && stated > now) {
        throw new RetryLaterError(
          `${vendor}${PAUSED}`,
          Math.ceil((stated - now) / 1000),
          known.value.problem,
        );
      }
      if (quietUntilMs > now) {
        const afterSec = Math.ceil((quietUntilMs - now) / 1000);
        throw new RetryLaterError(`${vendor}.rate_limited`, afterSec, "the vendor has asked for a pause");
      }
      return nowMs();
    },

    /** Resolves to the error to throw. */
    async failed(error: unknown, method: string, begunMs: number): Promise<unknown> {
      if (error instanceof RetryLaterError && error.code.endsWith(".rate_limited")) {
        quietUntilMs = Math.max(quietUntilMs, nowMs() + error.afterSec * 1000);
        return error;
      }
      const counts =
        (error instanceof ConfigurationError && !ABOUT_ONE_CALL.has(error.code)) ||
        error instanceof VendorError;
      if (error instanceof PermanentError) await succeeded(method);
      if (!counts) return error;
      const failedInARow = (inARow.get(method) ?? 0) + 1;
      inARow.set(method, failedInARow);
      const isOld =
        known !== undefined && known.value.state !== "well" && begunMs < Date.parse(known.value.until);
      const isSure =
        error instanceof ConfigurationError ||
        failedInARow >= FAILURES_IN_A_ROW ||
        known?.value.state === "failing";
      // Of several that were under way together, one failure says it all.
      if (isSure && !isOld) await trouble(error, method).catch(() => undefined);
      return error;
    },

    succeeded,
  };

  /** An answer about one call that cannot be scored is an answer as well. */
  async function succeeded(method: string): Promise<void> {
    inARow.delete(method);
    const before = known?.value;
    if (!before || before.state === "well" || before.method !== method) return;
    const over = { ...before, state: "well" as const, recoveredAt: timeOf(nowMs()) };
    const written = await keep(over).catch(() => false);
    if (written && before.announced)
      await announce({ kind: "recovered", vendor, since: before.since }).catch(() => undefined);
  }
}

/** A refused key is told at once; an outage only when it lasts, and so is what was told within the hour. */
function isNews(error: Error & { code: string }, before: VendorHealth | undefined, now: number): boolean {
  if (!(error instanceof ConfigurationError)) return false;
  const wasOverMs =
    before?.code === error.code && before.recoveredAt ? Date.parse(before.recoveredAt) : undefined;
  return wasOverMs === undefined || now - wasOverMs > SAME_TROUBLE_SEC * 1000;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
