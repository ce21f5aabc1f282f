import type { AgentResult, CriterionResult, Report } from "../../../core/report.ts";
import type { Texts } from "../../../locales/index.ts";
import { fitted, printable, wrapped } from "./font.ts";
import { type Drawing, drawing, ink, rectangle, text } from "./svg.ts";

export interface HeatMapOptions {
  texts: Texts;
  /** A picture says what it shows; on a page the heading does. */
  withTitle: boolean;
  /** Which of the agents, where they do not fit on one page; all when left out. */
  rows?: { from: number; to: number };
}

const WIDTH = 640;
const SIDE = 14;
const NAME_WIDTH = 172;
const ROW_HEIGHT = 19;
const HEADER_HEIGHT = 24;
const LEGEND_LINE = 15;
/** More columns than this cannot hold a number that can be read. */
export const MAX_CRITERIA = 20;

/**
 * From "never" to "always" along a scale that people who see no red or green can follow: orange, near white, blue. The number stands in
 * every cell, so the colour is never needed.
 */
const SCALE = ["#b5530f", "#e39a5c", "#f5d3b3", "#f3f1ec", "#c5d8ea", "#83afd6", "#2f6db0"];
const UNKNOWN = "#f7f8fa";

/** Who meets which criterion: a row for each agent, a numbered column for each criterion and the texts below. */
export function heatMapChart(
  report: Pick<Report, "agents" | "criteria">,
  { texts, withTitle, rows: { from, to } = { from: 0, to: Number.POSITIVE_INFINITY } }: HeatMapOptions,
): Drawing {
  const words = texts.documents.heatMap;
  const all = criteriaOf(report);
  const criteria = all.slice(0, MAX_CRITERIA);
  const agents = judgedAgents(report).slice(from, to);
  const top = withTitle ? 44 : 4;
  const title = withTitle ? [text(SIDE, 26, words.title, { size: 17, bold: true })] : [];
  if (agents.length === 0 || criteria.length === 0) {
    const empty = text(WIDTH / 2, top + 60, words.empty, { size: 15, fill: ink.quiet, anchor: "middle" });
    return drawing(WIDTH, top + 110, [rectangle(0, 0, WIDTH, top + 110, "#ffffff"), ...title, empty]);
  }

  const nameWidth = criteria.length > 14 ? NAME_WIDTH - 20 : NAME_WIDTH;
  const cellWidth = Math.min((WIDTH - 2 * SIDE - nameWidth) / criteria.length, 62);
  const gridLeft = SIDE + nameWidth;
  const gridTop = top + HEADER_HEIGHT;
  const size = cellWidth < 24 ? 10 : 11.5;

  const header = criteria.map((_criterion, column) =>
    text(gridLeft + cellWidth * (column + 0.5), gridTop - 8, String(column + 1), {
      size: 11.5,
      fill: ink.quiet,
      anchor: "middle",
      bold: true,
    }),
  );
  const rows = agents.flatMap((agent, row) => {
    const y = gridTop + row * ROW_HEIGHT;
    const name = printable(agent.name ?? agent.id ?? texts.documents.unknownAgent);
    return [
      text(SIDE, y + 13.5, fitted(name, 12, nameWidth - 8), { size: 12 }),
      ...criteria.flatMap(({ criterionId }, column) =>
        cell(gridLeft + column * cellWidth, y, cellWidth, shareOf(agent, criterionId), size),
      ),
    ];
  });
  const gridBottom = gridTop + agents.length * ROW_HEIGHT;
  const scale = colourLegend(gridBottom + 22, words.legend);
  const legend = numberedTexts(criteria, gridBottom + 50);
  const cut = all.length > criteria.length ? [words.cut(criteria.length, all.length)] : [];
  const notes = cut.map((note) => text(SIDE, legend.bottom + 6, note, { size: 11, fill: ink.quiet }));
  const height = legend.bottom + (cut.length > 0 ? 18 : 2);
  return drawing(WIDTH, height, [
    rectangle(0, 0, WIDTH, height, "#ffffff"),
    ...title,
    ...header,
    ...rows,
    ...scale,
    ...legend.parts,
    ...notes,
  ]);
}

/** Agents of whom anything is known: the rows of the map. */
export function judgedAgents(report: Pick<Report, "agents" | "criteria">): AgentResult[] {
  const criteria = criteriaOf(report).slice(0, MAX_CRITERIA);
  return report.agents.filter((agent) =>
    criteria.some(({ criterionId }) => shareOf(agent, criterionId) !== null),
  );
}

/** Criteria that are in any agent's shares, each id once: two checklists may use one id. */
function criteriaOf({ criteria, agents }: Pick<Report, "agents" | "criteria">): CriterionResult[] {
  const seen = new Set<string>();
  return criteria.filter(({ criterionId }) => {
    if (seen.has(criterionId)) return false;
    seen.add(criterionId);
    return agents.some((agent) => shareOf(agent, criterionId) !== null);
  });
}

function shareOf(agent: AgentResult, criterionId: string): number | null {
  return Object.hasOwn(agent.shares, criterionId) ? (agent.shares[criterionId] ?? null) : null;
}

function cell(x: number, y: number, width: number, share: number | null, size: number): string[] {
  const box = rectangle(
    x + 0.75,
    y + 0.75,
    width - 1.5,
    ROW_HEIGHT - 1.5,
    share === null ? UNKNOWN : colourOf(share),
  );
  const label = share === null ? "–" : String(Math.round(share * 100));
  const isDark = share !== null && (stepOf(share) === 0 || stepOf(share) === SCALE.length - 1);
  const fill = share === null ? ink.faint : isDark ? "#ffffff" : ink.text;
  return [box, text(x + width / 2, y + 13.5, label, { size, fill, anchor: "middle" })];
}

function colourOf(share: number): string {
  return SCALE[stepOf(share)] ?? UNKNOWN;
}

function stepOf(share: number): number {
  return Math.min(Math.floor(Math.max(share, 0) * SCALE.length), SCALE.length - 1);
}

function colourLegend(y: number, label: string): string[] {
  const left = SIDE + 140;
  const width = 34;
  return [
    text(SIDE, y, label, { size: 11, fill: ink.quiet }),
    text(left - 6, y, "0", { size: 11, fill: ink.quiet, anchor: "end" }),
    ...SCALE.map((fill, index) => rectangle(left + index * width, y - 10, width, 12, fill)),
    text(left + SCALE.length * width + 6, y, "100", { size: 11, fill: ink.quiet }),
  ];
}

/** The texts of the columns, in two columns of their own when there are many. */
function numberedTexts(
  criteria: readonly CriterionResult[],
  top: number,
): { parts: string[]; bottom: number } {
  const columns = criteria.length > 6 ? 2 : 1;
  const width = (WIDTH - 2 * SIDE - (columns - 1) * 16) / columns;
  const perColumn = Math.ceil(criteria.length / columns);
  const parts: string[] = [];
  let bottom = top;
  for (let column = 0; column < columns; column += 1) {
    let y = top;
    for (const [index, criterion] of criteria.slice(column * perColumn, (column + 1) * perColumn).entries()) {
      const x = SIDE + column * (width + 16);
      const lines = wrapped(printable(criterion.text), 11, width - 24, 2);
      parts.push(
        text(x + 14, y, `${column * perColumn + index + 1}`, {
          size: 11,
          bold: true,
          fill: ink.quiet,
          anchor: "end",
        }),
        ...lines.map((each, row) => text(x + 22, y + row * (LEGEND_LINE - 2), each, { size: 11 })),
      );
      y += LEGEND_LINE + (lines.length - 1) * (LEGEND_LINE - 2) + 2;
    }
    bottom = Math.max(bottom, y);
  }
  return { parts, bottom };
}
