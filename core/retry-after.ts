/**
 * Seconds from a `Retry-After` header (RFC 9110 §10.2.3: seconds or a date), within 1 and `maxSec`;
 * `fallbackSec` when it is absent or unreadable.
 */
export function retryAfterSec(header: string | null, now: Date, fallbackSec: number, maxSec = 3600): number {
  if (!header) return fallbackSec;
  const seconds = /^\d+(\.\d+)?$/.test(header.trim())
    ? Number(header)
    : (Date.parse(header) - now.getTime()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(1, Math.ceil(seconds)), maxSec) : fallbackSec;
}
