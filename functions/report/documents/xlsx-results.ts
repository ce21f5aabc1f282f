import type { AgentResult, CriterionResult, Report } from "../../../core/report.ts";
import { agentName, type DocumentFormat } from "./document-format.ts";
import { countCell, percentCell, shareCell, textCell } from "./xlsx-cells.ts";
import { type SheetColumn, type TableSheet, tableSheet } from "./xlsx-sheet.ts";

/** A row for each agent, and a column for the share of each criterion: the heat map as numbers. */
export function agentsSheet(report: Report, { texts }: DocumentFormat): TableSheet {
  const words = texts.spreadsheet.agents;
  const shown = texts.documents.agents;
  const columns: SheetColumn<AgentResult>[] = [
    { head: shown.name, width: 28, cell: (agent) => textCell(agentName(agent, texts)) },
    { head: shown.departments, width: 18, cell: (agent) => textCell(agent.departments.join(", ")) },
    { head: shown.calls, width: 10, cell: (agent) => countCell(agent.calls) },
    { head: shown.scored, width: 10, cell: (agent) => countCell(agent.scored) },
    { head: words.average, width: 10, cell: (agent) => percentCell(agent.average.percent) },
    { head: words.margin, width: 11, cell: (agent) => percentCell(agent.average.margin) },
    { head: words.change, width: 11, cell: (agent) => percentCell(agent.average.change) },
    { head: words.passed, width: 10, cell: (agent) => countCell(agent.passed) },
    { head: words.needsReview, width: 11, cell: (agent) => countCell(agent.needsReview) },
    { head: words.autoFailed, width: 13, cell: (agent) => countCell(agent.autoFailed) },
    { head: shown.best, width: 34, cell: (agent) => textCell(agent.best?.text, true) },
    { head: shown.weakest, width: 34, cell: (agent) => textCell(agent.weakest?.text, true) },
    { head: words.id, width: 12, cell: (agent) => textCell(agent.id) },
    ...distinctCriteria(report).map(({ criterionId, text }) => ({
      head: text,
      width: 18,
      cell: (agent: AgentResult) =>
        shareCell(Object.hasOwn(agent.shares, criterionId) ? (agent.shares[criterionId] ?? null) : null),
    })),
  ];
  return tableSheet(texts.spreadsheet.sheets.agents, columns, report.agents);
}

export function criteriaSheet(report: Report, { texts }: DocumentFormat): TableSheet {
  const words = texts.documents.criteria;
  const columns: SheetColumn<CriterionResult>[] = [
    { head: words.text, width: 54, cell: (criterion) => textCell(criterion.text, true) },
    { head: words.stage, width: 18, cell: (criterion) => textCell(criterion.stage) },
    { head: words.met, width: 12, cell: (criterion) => countCell(criterion.met) },
    { head: words.partly, width: 12, cell: (criterion) => countCell(criterion.partly) },
    { head: words.notMet, width: 12, cell: (criterion) => countCell(criterion.notMet) },
    { head: words.notApplicable, width: 12, cell: (criterion) => countCell(criterion.notApplicable) },
    { head: words.uncertain, width: 10, cell: (criterion) => countCell(criterion.uncertain) },
    { head: words.share, width: 9, cell: (criterion) => shareCell(criterion.share) },
    { head: words.change, width: 12, cell: (criterion) => shareCell(criterion.change) },
    { head: words.checklist, width: 18, cell: (criterion) => textCell(criterion.checklistId) },
  ];
  return tableSheet(texts.spreadsheet.sheets.criteria, columns, report.criteria);
}

export function objectionsSheet(report: Report, { texts }: DocumentFormat): TableSheet {
  const words = texts.documents.objections;
  const columns: SheetColumn<Report["objections"][number]>[] = [
    { head: words.category, width: 34, cell: (objection) => textCell(objection.category) },
    { head: words.total, width: 10, cell: (objection) => countCell(objection.total) },
    { head: words.handled, width: 13, cell: (objection) => countCell(objection.handled) },
    { head: words.partly, width: 12, cell: (objection) => countCell(objection.partly) },
    { head: words.unhandled, width: 15, cell: (objection) => countCell(objection.unhandled) },
    { head: words.ignored, width: 12, cell: (objection) => countCell(objection.ignored) },
  ];
  return tableSheet(texts.spreadsheet.sheets.objections, columns, report.objections);
}

function distinctCriteria({ criteria }: Report): CriterionResult[] {
  return [...new Map(criteria.map((criterion) => [criterion.criterionId, criterion])).values()];
}
