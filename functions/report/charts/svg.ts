import { FONT_FAMILY, printable } from "./font.ts";

/** A finished drawing. Its size is in pixels of the picture at scale 1; the PDF scales it to the page. */
export interface Drawing {
  svg: string;
  width: number;
  height: number;
}

export const ink = {
  text: "#1d2733",
  quiet: "#5b6775",
  faint: "#8a95a3",
  line: "#e1e6ec",
  panel: "#f5f7fa",
  score: "#1f5fa8",
  earlier: "#9db4cf",
  scored: "#5b8bc3",
  notScored: "#cfd8e3",
  notMet: "#c8601d",
  partly: "#f0b884",
} as const;

/** Of a scorecard; the words stand beside the colours wherever they are used. */
export const bandInk = { green: "#2f8f5b", yellow: "#d9a21b", red: "#c9473b" } as const;

interface TextStyle {
  size: number;
  fill?: string;
  anchor?: "start" | "middle" | "end";
  bold?: boolean;
}

export function drawing(width: number, height: number, parts: readonly string[]): Drawing {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${FONT_FAMILY}">${parts.join("")}</svg>`;
  return { svg, width: round(width), height: round(height) };
}

/** `y` is the baseline. What the font cannot show is left out here, so that a name cannot break a chart. */
export function text(x: number, y: number, content: string, style: TextStyle): string {
  const { size, fill = ink.text, anchor = "start", bold = false } = style;
  const weight = bold ? ' font-weight="bold"' : "";
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight}>${escapeXml(printable(content))}</text>`;
}

export function rectangle(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string, width = 1): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${stroke}" stroke-width="${width}"/>`;
}

export interface Point {
  x: number;
  y: number;
}

export function polyline(points: readonly Point[], stroke: string, width: number): string {
  const path = points.map(({ x, y }) => `${round(x)},${round(y)}`).join(" ");
  return `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"/>`;
}

export function dot({ x, y }: Point, radius: number, fill: string): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" fill="${fill}" stroke="#ffffff" stroke-width="1.5"/>`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(content: string): string {
  return content
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
