import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { type Checklist, weightOf } from "../../core/checklist.ts";
import type { Finding } from "../../core/checklist-import/reading.ts";
import {
  addVersion,
  listVersions,
  putInForce,
  readSoundVersionOf,
  readVersionOf,
  versionsOf,
} from "../../core/checklist-versions.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { base } from "../../functions/deps.ts";
import { type FileReading, readChecklistFile } from "./checklist-file.ts";
import { readChecklistName } from "./checklist-versions.ts";

/** `npx cqa checklist …`: people's own checklists, from a file into the bucket. */

interface ImportOptions {
  id?: string;
  name?: string;
  publish?: boolean;
  out?: string;
}

export function addChecklistCommands(group: Command, config: Config): void {
  group.description("check, import, list, show and publish checklists");
  group
    .command("check")
    .argument("<file>", "JSON, CSV, Excel (.xlsx) or Markdown")
    .description("say every mistake of a checklist with its place; stores nothing")
    .action((file: string) => runCheck(file));
  group
    .command("import")
    .argument("<file>", "JSON, CSV, Excel (.xlsx) or Markdown")
    .description("make a checklist of a file, as the next version in the bucket")
    .option("--id <id>", "made from the name when left out")
    .option("--name <name>", "the title in the file, or the file's name, when left out")
    .option("--publish", "judge calls by it from now on; without this it is a draft")
    .option("--out <file>", "write JSON there and leave the bucket alone")
    .action((file: string, options: ImportOptions) => runImport(file, options, config));
  group
    .command("list")
    .description("show the checklists in the bucket, their versions and which are in force")
    .action(() => runList(config));
  group
    .command("show")
    .argument("<id[@version]>", "the version in force when none is named")
    .description("print a checklist as JSON")
    .action((name: string) => runShow(name, config));
  group
    .command("publish")
    .argument("<id@version>", "a draft, or an older version to return to")
    .description("judge calls by this version from now on")
    .action((name: string) => runPublish(name, config));
}

async function runCheck(file: string): Promise<void> {
  console.log(`ok: ${summaryOf(checked(file, await readChecklistFile(file)))}`);
}

async function runImport(file: string, options: ImportOptions, { tenant }: Config): Promise<void> {
  const { id, name, publish = false, out } = options;
  const reading = await readChecklistFile(file, {
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
  });
  const read: Checklist = { ...checked(file, reading), status: publish ? "published" : "draft" };
  if (out !== undefined) {
    await writeFile(out, `${JSON.stringify(read, null, 2)}\n`);
    console.log(`${out}: ${summaryOf(read)}`);
    return;
  }
  const { store } = base();
  const wanted = reading.isWhole ? read : await withSettingsBefore(store, tenant, read);
  const { checklist, isNew } = await addVersion(store, tenant, wanted);
  const version = `${checklist.id}@${checklist.version}`;
  console.log(
    isNew ? `${version}: ${summaryOf(checklist)}` : `${version} has this content already: no new version`,
  );
  if (publish) return announceInForce(store, tenant, checklist);
  if (checklist.status === "draft")
    console.log(`It is a draft: \`npx cqa checklist publish ${version}\` judges calls by it.`);
}

/** Whom it is for and where its bands lie: a sheet says nothing of them, and an import must not reset them. */
async function withSettingsBefore(store: Store, tenant: string, read: Checklist): Promise<Checklist> {
  const newest = (await versionsOf(store, tenant, read.id))?.versions.at(-1);
  const before = newest === undefined ? undefined : await readVersionOf(store, tenant, read.id, newest);
  if (!before) return read;
  const { appliesTo, bands, passPercent, alertBelowPercent, autoFailPercent } = before;
  return { ...read, appliesTo, bands, passPercent, alertBelowPercent, autoFailPercent };
}

async function runList({ tenant }: Config): Promise<void> {
  const { store } = base();
  const known = await listVersions(store, tenant);
  if (known.length === 0) console.log("There are no checklists in the bucket yet.");
  for (const { id, versions, inForce } of known) {
    console.log(id);
    for (const version of versions) {
      // One broken file must not hide the others.
      const checklist = await readSoundVersionOf(store, tenant, id, version);
      const mark = version === inForce && checklist?.status === "published" ? "  ← in force" : "";
      console.log(
        checklist
          ? `  @${version}  ${checklist.status.padEnd(9)}  ${summaryOf(checklist)}${mark}`
          : `  @${version}  broken: it cannot be read as a checklist`,
      );
    }
  }
}

async function runShow(name: string, { tenant }: Config): Promise<void> {
  const { store } = base();
  const { id, version } = readChecklistName(name);
  const wanted = version ?? (await versionsOf(store, tenant, id))?.inForce;
  const checklist = wanted === undefined ? undefined : await readVersionOf(store, tenant, id, wanted);
  if (!checklist) throw notThere(name);
  console.log(JSON.stringify(checklist, null, 2));
}

/**
 * What was written stays as it is, so publishing a draft writes its content as the next version, published. A version that is
 * published already is put in force again: the way back.
 */
async function runPublish(name: string, { tenant }: Config): Promise<void> {
  const { store } = base();
  const { id, version } = readChecklistName(name);
  if (version === undefined)
    throw new ConfigurationError(
      "cli.malformed",
      "a checklist with its version is expected, like first-sale@2",
    );
  const known = await readVersionOf(store, tenant, id, version);
  if (!known) throw notThere(name);
  if (known.status === "published") return announceInForce(store, tenant, known);
  const { checklist, isNew } = await addVersion(store, tenant, { ...known, status: "published" });
  if (isNew)
    console.log(
      `${id}@${checklist.version} is the published copy of the draft ${name}, which stays as it was.`,
    );
  await announceInForce(store, tenant, checklist);
}

async function announceInForce(store: Store, tenant: string, { id, version }: Checklist): Promise<void> {
  await putInForce(store, tenant, id, version);
  console.log(`${id}@${version} is in force: calls that are scored from now on are judged by it.`);
}

/** @throws ConfigurationError that lists every mistake; warnings go to standard error */
function checked(file: string, { checklist, mistakes, warnings }: FileReading): Checklist {
  for (const warning of warnings) console.error(`warning: ${lineOf(warning)}`);
  if (checklist) return checklist;
  const lines = mistakes.map((mistake) => `  ${lineOf(mistake)}`);
  throw new ConfigurationError("cli.malformed", `${file} is not as it must be:\n${lines.join("\n")}`);
}

function lineOf({ place, message }: Finding): string {
  return place === "" ? message : `${place}: ${message}`;
}

function summaryOf({ name, criteria }: Checklist): string {
  const sum = criteria.reduce((total, criterion) => total + weightOf(criterion), 0);
  return `${name}, ${criteria.length} criteria, sum of weights ${Math.round(sum * 100) / 100}`;
}

function notThere(name: string): ConfigurationError {
  return new ConfigurationError(
    "cli.no_checklist",
    `there is no ${name} in the bucket: \`npx cqa checklist list\` shows what there is`,
  );
}
