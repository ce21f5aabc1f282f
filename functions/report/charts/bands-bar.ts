import type { Report } from "../../../core/report.ts";
import type { Texts } from "../../../locales/index.ts";
import { textWidth } from "./font.ts";
import { bandInk, type Drawing, drawing, ink, rectangle, text } from "./svg.ts";

const WIDTH = 640;
const BAR_HEIGHT = 12;
const bands = ["green", "yellow", "red"] as const;

/** How the scored calls divide into the three zones, the counts in words below. */
export function bandsBar({ totals }: Pick<Report, "totals">, texts: Texts): Drawing {
  const all = bands.reduce((sum, band) => sum + totals.bands[band], 0);
  const parts: string[] = [rectangle(0, 0, WIDTH, BAR_HEIGHT, ink.panel)];
  let x = 0;
  let labelX = 0;
  for (const band of bands) {
    const calls = totals.bands[band];
    const width = all === 0 ? 0 : (WIDTH * calls) / all;
    parts.push(rectangle(x, 0, width, BAR_HEIGHT, bandInk[band]));
    x += width;
    const label = `${texts.documents.key.bands[band]} — ${texts.number(calls)}`;
    parts.push(rectangle(labelX, BAR_HEIGHT + 10, 9, 9, bandInk[band]));
    parts.push(text(labelX + 14, BAR_HEIGHT + 19, label, { size: 12, fill: ink.quiet }));
    labelX += 14 + textWidth(label, 12) + 22;
  }
  return drawing(WIDTH, BAR_HEIGHT + 26, parts);
}
