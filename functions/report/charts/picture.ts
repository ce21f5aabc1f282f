import type { Report } from "../../../core/report.ts";
import type { Settings } from "../../../core/settings.ts";
import { textsFor } from "../../../locales/index.ts";
import { FONT_FAMILY, fontFiles } from "./font.ts";
import { heatMapChart } from "./heat-map.ts";
import { missedCriteriaChart } from "./missed-criteria.ts";
import { scoreTrendChart } from "./score-trend.ts";
import type { Drawing } from "./svg.ts";

/** What a picture depends on besides the report. */
export type PictureSettings = Pick<Settings, "locale">;

/** A drawing is 640 wide, a picture 1280: as wide as a messenger shows it. */
const SCALE = 2;

/** How the average went from day to day, as PNG. */
export function trendPicture(report: Report, { locale }: PictureSettings): Promise<Uint8Array> {
  return png(scoreTrendChart(report, { texts: textsFor(locale), locale, withTitle: true }));
}

/** Who meets which criterion, as PNG. */
export function heatMapPicture(report: Report, { locale }: PictureSettings): Promise<Uint8Array> {
  return png(heatMapChart(report, { texts: textsFor(locale), withTitle: true }));
}

/** What is missed most often, as PNG. */
export function missedCriteriaPicture(report: Report, { locale }: PictureSettings): Promise<Uint8Array> {
  return png(missedCriteriaChart(report, { texts: textsFor(locale), withTitle: true }));
}

/** The library is a program of its own for each platform and is loaded only where a picture is made. The fonts of the machine are not looked at. */
async function png({ svg }: Drawing): Promise<Uint8Array> {
  const { renderAsync } = await import("@resvg/resvg-js");
  const { normal, bold } = fontFiles();
  const image = await renderAsync(svg, {
    font: { loadSystemFonts: false, fontFiles: [normal, bold], defaultFontFamily: FONT_FAMILY },
    fitTo: { mode: "zoom", value: SCALE },
    logLevel: "off",
  });
  return image.asPng();
}
