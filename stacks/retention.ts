/** What the bucket keeps, by the first part of a key. */

/** What people write by hand: an older version can be had back. */
export const versionedPrefixes = ["settings/", "checklists/"] as const;

/** What programs write. A version that was written over or deleted is gone the next day: a deleted recording is to be deleted. */
export const unversionedPrefixes = [
  "calls/",
  "uploads/",
  "index/",
  "reports/",
  "health/",
  "chats/",
  "requests/",
  "alerts/",
  "bot/",
  "tokens/",
  "schedule/",
  // `npx cqa check-store`.
  "probe/",
] as const;

/** As long as a message can wait on a queue or among the dead letters: until then its file may still be asked for. */
const LONGEST_WAIT_DAYS = 14;

/**
 * How long a file lies under uploads/ at most; undefined: for good. The sweep deletes it on its day, with what was made of it: this is for
 * files that it has not been able to tell.
 */
export function uploadsKeptDays(settings: {
  retentionDays: number | undefined;
  audioRetentionDays: number | undefined;
}): number | undefined {
  const limits = [settings.retentionDays, settings.audioRetentionDays].filter((days) => days !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits) + LONGEST_WAIT_DAYS;
}
