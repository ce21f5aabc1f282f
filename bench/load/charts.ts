const BARS = "▁▂▃▄▅▆▇█";

/** A line of bars from zero to the greatest value; nothing is no bar at all. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values);
  return values
    .map((value) => {
      if (!(value > 0)) return " ";
      return BARS[Math.min(BARS.length - 1, Math.floor((value / most) * BARS.length))];
    })
    .join("");
}

/** A stretch of the clock as a person says it. */
export function stretch(sec: number): string {
  if (sec < 1) return `${sec.toFixed(2)} s`;
  if (sec < 120) return `${sec.toFixed(sec < 10 ? 1 : 0)} s`;
  return sec < 7200 ? `${(sec / 60).toFixed(1)} min` : `${(sec / 3600).toFixed(1)} h`;
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}

const timeOfDay = new Intl.DateTimeFormat("ru", { timeStyle: "short", timeZone: "Europe/Moscow" });

export function hour(clockMs: number): string {
  return timeOfDay.format(clockMs);
}
