/** How long ago, in the largest unit that says enough: `45 s`, `12 min`, `30 h`, `5 days`. */
export function age(now: Date, then: Date): string {
  const sec = Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000));
  if (sec < 60) return `${sec} s`;
  if (sec < 3600) return `${Math.floor(sec / 60)} min`;
  if (sec < 48 * 3600) return `${Math.floor(sec / 3600)} h`;
  return `${Math.floor(sec / 86_400)} days`;
}
