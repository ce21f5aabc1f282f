/** Every form of a date has a time of day; without this check `Date.parse` reads "soon, 5" as a day of May. */
const TIME_OF_DAY = /\d{2}:\d{2}:\d{2}/;

/**
 * Seconds from a `Retry-After` header (RFC 9110 §10.2.3: seconds or a date), within 1 and `maxSec`;
 * `fallbackSec` when it is absent or unreadable.
 */
export function retryAfterSec(header: string | null, now: Date, fallbackSec: number, maxSec = 3600): number {
  if (!header) return fallbackSec;
  const seconds = /^\d+(\.\d+)?$/.test(header.trim())
    ? Number(header)
    : TIME_OF_DAY.test(header)
      ? (Date.parse(header) - now.getTime()) / 1000
      : Number.NaN;
  return Number.isFinite(seconds) ? Math.min(Math.max(1, Math.ceil(seconds)), maxSec) : fallbackSec;
}
