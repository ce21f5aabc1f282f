import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import readXlsxFile from "read-excel-file/node";
import { decodeText } from "../../core/checklist-import/delimited.ts";
import { fromDelimited, fromMarkdown, fromWorkbook } from "../../core/checklist-import/from-file.ts";
import { fromJson } from "../../core/checklist-import/from-json.ts";
import type { Reading } from "../../core/checklist-import/reading.ts";
import { ConfigurationError } from "../../core/errors.ts";

/** Nobody writes so long a checklist; a packed file could grow without end. */
const MAX_BYTES = 5_000_000;

export interface FileReading extends Reading {
  /** A table or a list says nothing of bands and calls, so the version before it decides about them. */
  isWhole: boolean;
}

/** Reads a checklist from JSON, CSV, Excel or Markdown, told apart by the file's extension. */
export async function readChecklistFile(
  file: string,
  { id, name }: { id?: string; name?: string } = {},
): Promise<FileReading> {
  const bytes = await readFile(file).catch(() => {
    throw new ConfigurationError("cli.no_file", `${file} is no file that can be read`);
  });
  if (bytes.length > MAX_BYTES)
    throw new ConfigurationError("cli.malformed", `${file} is too big for a checklist: 5 MB at most`);
  const extension = extname(file).toLowerCase();
  const naming = { id, name, fileName: basename(file, extname(file)) };
  const text = () => decodeText(bytes);
  switch (extension) {
    case ".json": {
      const overrides = { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
      return { ...fromJson(text().replace(/^\ufeff/, ""), overrides), isWhole: true };
    }
    case ".csv":
    case ".tsv":
    case ".txt":
      return { ...fromDelimited(text(), naming), isWhole: false };
    case ".md":
    case ".markdown":
      return { ...fromMarkdown(text(), naming), isWhole: false };
    case ".xlsx":
      return { ...fromWorkbook(await readWorkbook(file, bytes), naming), isWhole: false };
    default:
      throw new ConfigurationError(
        "cli.malformed",
        `${file} is none of .json, .csv, .tsv, .txt, .xlsx and .md: save an .xls or a Google sheet as .xlsx`,
      );
  }
}

async function readWorkbook(file: string, bytes: Buffer) {
  const sheets = await readXlsxFile(bytes).catch(() => {
    throw new ConfigurationError(
      "cli.malformed",
      `${file} is no workbook that can be read: open it in Excel and save it as .xlsx again, without a password`,
    );
  });
  return sheets.map(({ sheet, data }) => ({ name: sheet, rows: data }));
}
