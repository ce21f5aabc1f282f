import type { Feature, Image, Row, Sheet } from "write-excel-file/node";
import type { SheetCell } from "./xlsx-cells.ts";

export interface SheetColumn<Item> {
  head: string;
  /** In characters. */
  width: number;
  cell(item: Item): SheetCell;
}

/** What the library takes for the content of a file inside the book. */
type FileContent = Image["content"];

/** A sheet with one table, its head frozen and filterable; or a page of notes without either. */
export interface TableSheet {
  name: string;
  data: Row[];
  widths: number[];
  isTable: boolean;
}

const headStyle = {
  type: String,
  fontWeight: "bold",
  backgroundColor: "#E8EDF3",
  bottomBorderStyle: "thin",
  bottomBorderColor: "#8A95A3",
  wrap: true,
  alignVertical: "center",
} as const;

export function tableSheet<Item>(
  name: string,
  columns: readonly SheetColumn<Item>[],
  items: readonly Item[],
): TableSheet {
  return {
    ...emptyTable(name, columns),
    data: [headOf(columns), ...items.map((item) => rowOf(columns, item))],
  };
}

export function emptyTable<Item>(name: string, columns: readonly SheetColumn<Item>[]): TableSheet {
  return { name, data: [headOf(columns)], widths: columns.map(({ width }) => width), isTable: true };
}

export function rowOf<Item>(columns: readonly SheetColumn<Item>[], item: Item): Row {
  return columns.map(({ cell }) => cell(item));
}

function headOf<Item>(columns: readonly SheetColumn<Item>[]): Row {
  return columns.map(({ head }) => ({ value: head, ...headStyle }));
}

/** The sheets as the library takes them. The first column stays in sight too: it says whose row it is. */
export function asSheets(sheets: readonly TableSheet[]): Sheet<FileContent>[] {
  return sheets.map(({ name, data, widths, isTable }) => ({
    sheet: name,
    data,
    columns: widths.map((width) => ({ width })),
    ...(isTable ? { stickyRowsCount: 1, stickyColumnsCount: 1, orientation: "landscape" as const } : {}),
  }));
}

/**
 * Filters in the head of every table. The library has none: they are one element behind the cells and, for Excel, one hidden name for each
 * sheet (ECMA-376 part 1, 18.3.1.2 and 18.2.5).
 */
export function filters(sheets: readonly TableSheet[]): Feature<FileContent> {
  const rangeOf = (sheet: TableSheet | undefined) => (sheet?.isTable ? rangeOfTable(sheet) : undefined);
  return {
    files: {
      transform: {
        "xl/worksheets/sheet{id}.xml": {
          transform: (xml, _options, { sheetIndex }) => {
            const range = rangeOf(sheets[sheetIndex]);
            if (range === undefined) return xml;
            return afterCells(xml, `<autoFilter ref="A1:${range.columns}${range.rows}"/>`);
          },
        },
        "xl/workbook.xml": {
          transform: (xml) => {
            const names = sheets.flatMap((sheet, index) => {
              const range = rangeOf(sheet);
              return range === undefined ? [] : [filterName(sheet.name, index, range)];
            });
            return xml.replace(
              /<definedNames\s*(?:\/>|><\/definedNames>)/,
              () => `<definedNames>${names.join("")}</definedNames>`,
            );
          },
        },
      },
    },
  };
}

interface TableRange {
  columns: string;
  rows: number;
}

function rangeOfTable({ data }: TableSheet): TableRange {
  return { columns: columnName(data[0]?.length ?? 1), rows: data.length };
}

/** 1 → A, 26 → Z, 27 → AA */
function columnName(n: number): string {
  const letter = String.fromCharCode(65 + ((n - 1) % 26));
  return n > 26 ? columnName(Math.floor((n - 1) / 26)) + letter : letter;
}

function afterCells(xml: string, element: string): string {
  const end = "</sheetData>";
  const at = xml.lastIndexOf(end);
  return at === -1 ? xml : `${xml.slice(0, at + end.length)}${element}${xml.slice(at + end.length)}`;
}

function filterName(sheet: string, index: number, { columns, rows }: TableRange): string {
  const range = `'${sheet.replaceAll("'", "''")}'!$A$1:$${columns}$${rows}`;
  const escaped = range.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">${escaped}</definedName>`;
}
