import { ENOUGH_CALLS, type Report } from "../../../core/report.ts";
import { heatMapChart, judgedAgents } from "../charts/heat-map.ts";
import { agentName, type DocumentFormat, reasonOf } from "./document-format.ts";
import type { Content } from "./pdf-content.ts";
import { CELL_PADDING, CONTENT_WIDTH, chart, paragraph, section, shortened, table } from "./pdf-style.ts";

/** Rows of the heat map that fit on one page below the heading and above the legend. */
const HEAT_MAP_ROWS = 34;
/** The criteria table has them whole. */
const SHORT_CRITERION = 36;

export function agentsTable(report: Report, format: DocumentFormat): Content[] {
  if (report.agents.length === 0) return [];
  const { texts } = format;
  const words = texts.documents.agents;
  const figures = [
    { head: words.calls, width: 34 },
    { head: words.scored, width: 37 },
    { head: words.average, width: 50 },
    { head: words.change, width: 44 },
    { head: words.passed, width: 28 },
    { head: words.review, width: 39 },
    { head: words.autoFailed, width: 24 },
  ];
  const rest = widthBeside(figures, 3);
  const rows = report.agents.map((agent) => [
    agentName(agent, texts),
    texts.number(agent.calls),
    texts.number(agent.scored),
    format.average(agent.average),
    format.change(agent.average.change),
    texts.number(agent.passed),
    texts.number(agent.needsReview),
    texts.number(agent.autoFailed),
    shortened(agent.best?.text ?? texts.documents.none, SHORT_CRITERION),
    shortened(agent.weakest?.text ?? texts.documents.none, SHORT_CRITERION),
  ]);
  return section(
    words.title,
    table(
      [
        { head: words.name, width: rest * 0.36 },
        ...figures.map((figure) => ({ ...figure, alignment: "right" as const })),
        { head: words.best, width: rest * 0.32, small: true },
        { head: words.weakest, width: rest * 0.32, small: true },
      ],
      rows,
    ),
    paragraph(words.columns, "note"),
    ...(report.comparable || report.agents.length < 2
      ? []
      : [paragraph(words.smallSample(ENOUGH_CALLS), "note")]),
  );
}

export function criteriaTable(report: Report, format: DocumentFormat): Content[] {
  if (report.criteria.length === 0) return [];
  const { texts } = format;
  const words = texts.documents.criteria;
  const figures = [
    { head: words.met, width: 44 },
    { head: words.partly, width: 38 },
    { head: words.notMet, width: 44 },
    { head: words.notApplicable, width: 44 },
    { head: words.uncertain, width: 28 },
    { head: words.share, width: 36 },
    { head: words.change, width: 44 },
  ];
  const rest = widthBeside(figures, 1);
  const rows = report.criteria.map((criterion) => [
    criterion.stage === null ? criterion.text : `${criterion.stage}. ${criterion.text}`,
    texts.number(criterion.met),
    texts.number(criterion.partly),
    texts.number(criterion.notMet),
    texts.number(criterion.notApplicable),
    texts.number(criterion.uncertain),
    format.share(criterion.share),
    format.change(criterion.change === null ? null : criterion.change * 100),
  ]);
  return section(
    words.title,
    table(
      [
        { head: words.text, width: rest },
        ...figures.map((figure) => ({ ...figure, alignment: "right" as const })),
      ],
      rows,
    ),
    paragraph(words.columns, "note"),
  );
}

/** The heat map, as many agents on a page as can be read. */
export function heatMapPages(report: Report, { texts }: DocumentFormat): Content[] {
  const rows = judgedAgents(report).length;
  if (rows === 0) return [];
  const pages = Math.ceil(rows / HEAT_MAP_ROWS);
  const each = Math.ceil(rows / pages);
  const maps = Array.from({ length: pages }, (_value, page) =>
    chart(
      heatMapChart(report, { texts, withTitle: false, rows: { from: page * each, to: (page + 1) * each } }),
    ),
  );
  const [first, ...rest] = maps;
  return [
    { stack: section(texts.documents.heatMap.title, ...(first ? [first] : [])), unbreakable: true },
    ...rest,
  ];
}

export function objectionsTable(report: Report, { texts }: DocumentFormat): Content[] {
  if (report.objections.length === 0) return [];
  const words = texts.documents.objections;
  const figures = [
    { head: words.total, width: 40 },
    { head: words.handled, width: 56 },
    { head: words.partly, width: 44 },
    { head: words.unhandled, width: 70 },
    { head: words.ignored, width: 56 },
  ];
  const rows = report.objections.map((objection) => [
    objection.category,
    ...[objection.total, objection.handled, objection.partly, objection.unhandled, objection.ignored].map(
      texts.number,
    ),
  ]);
  const columns = [
    { head: words.category, width: widthBeside(figures, 1) },
    ...figures.map((figure) => ({ ...figure, alignment: "right" as const })),
  ];
  return section(words.title, table(columns, rows));
}

export function notScoredTable(report: Report, { texts }: DocumentFormat): Content[] {
  if (report.notScored.length === 0) return [];
  const words = texts.documents.notScored;
  const rows = report.notScored.map(({ code, calls }) => [reasonOf(code, texts), texts.number(calls)]);
  const columns = [
    { head: words.reason, width: 240 },
    { head: words.calls, width: 50, alignment: "right" as const },
  ];
  return section(words.title, table(columns, rows));
}

/** What figures leave of the page for so many columns of text. */
function widthBeside(figures: readonly { width: number }[], texts: number): number {
  const taken = figures.reduce((sum, { width }) => sum + width, 0);
  return CONTENT_WIDTH - taken - ((figures.length + texts) * 2 - 1) * CELL_PADDING;
}
