import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import * as z from "zod";
import { type Checklist, checklistMistakes, readChecklist } from "../../core/checklist.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { LabelledCall, labelMistakes } from "../../core/labelled-call.ts";

export interface LabelledItem {
  /** The path under the folder, without `.json`. */
  id: string;
  call: LabelledCall;
  checklist: Checklist;
}

export interface LabelledSet {
  items: LabelledItem[];
  /** Ids of calls whose checklist was not asked for. */
  leftOut: string[];
}

/** Reads the labelled calls with their checklists. Every mistake of every file is told at once. */
export async function loadLabelledSet(
  folder: string,
  checklistFiles?: readonly string[],
): Promise<LabelledSet> {
  const checklists = await loadChecklists(checklistFiles ?? (await jsonFilesUnder("checklists")));
  const files = await jsonFilesUnder(folder);
  const set: LabelledSet = { items: [], leftOut: [] };
  const mistakes: string[] = [];
  for (const file of files) {
    const id = relative(folder, file)
      .split(sep)
      .join("/")
      .replace(/\.json$/, "");
    const call = await readFileAs(file, (json) => LabelledCall.parse(json), labelledMistakes);
    if (Array.isArray(call)) {
      mistakes.push(...call);
      continue;
    }
    const checklist = checklists.get(keyOf(call.checklist, call.language));
    if (checklist) {
      mistakes.push(...labelMistakes(call, checklist).map((mistake) => `${file}: ${mistake}`));
      set.items.push({ id, call, checklist });
    } else if (checklistFiles) set.leftOut.push(id);
    else mistakes.push(`${file}: checklist: there is no ${call.checklist} in ${call.language}`);
  }
  if (mistakes.length > 0) throw malformed("labelled.malformed", "the labelled calls", mistakes);
  if (set.items.length > 0) return set;
  throw new ConfigurationError(
    "cli.no_labelled",
    `${folder} holds no labelled call for the checklist: docs/agreement.md says how to label one`,
  );
}

const keyOf = (id: string, language: string) => `${id} ${language}`;

/** By id and language, the highest version of each. */
async function loadChecklists(files: readonly string[]): Promise<Map<string, Checklist>> {
  const checklists = new Map<string, Checklist>();
  const mistakes: string[] = [];
  for (const file of files) {
    const checklist = await readFileAs(file, readChecklist, checklistMistakes);
    if (Array.isArray(checklist)) {
      mistakes.push(...checklist);
      continue;
    }
    const { id, language, version } = checklist;
    const other = checklists.get(keyOf(id, language));
    if (other?.version === version) mistakes.push(`${file}: ${id} version ${version} is there already`);
    if (!other || other.version < version) checklists.set(keyOf(id, language), checklist);
  }
  if (mistakes.length > 0) throw malformed("checklist.malformed", "the checklists", mistakes);
  return checklists;
}

async function jsonFilesUnder(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => {
    throw new ConfigurationError("cli.no_folder", `${folder} is no folder that can be read`);
  });
  return names
    .filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"))
    .sort()
    .map((name) => join(folder, name));
}

/** What stands in the file, or what is wrong with it. */
async function readFileAs<T extends object>(
  file: string,
  read: (json: unknown) => T,
  mistakesIn: (error: z.ZodError) => string[],
): Promise<T | string[]> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new ConfigurationError("cli.no_file", `${file} is no file that can be read`);
  });
  try {
    return read(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch (error) {
    const mistakes = error instanceof z.ZodError ? mistakesIn(error) : [(error as Error).message];
    return mistakes.map((mistake) => `${file}: ${mistake}`);
  }
}

function labelledMistakes(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${z.core.toDotPath(path)}: ${message}`,
  );
}

function malformed(code: string, what: string, mistakes: readonly string[]): ConfigurationError {
  return new ConfigurationError(code, `${what} are not as they must be:\n  ${mistakes.join("\n  ")}`);
}
