import { spawnSync } from "node:child_process";
import { cp, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { contextFiles } from "./context.ts";
import {
  type DockerStage,
  execForm,
  type Instruction,
  lastOf,
  parseDockerfile,
  variablesOf,
} from "./dockerfile.ts";

export interface BuiltImage {
  /** The folder that stands for the image's root. */
  root: string;
  workdir: string;
  env: Record<string, string>;
  command: string[];
  health: string[];
  user: string;
  /** Lines that need a real image: they were not run. */
  notRun: string[];
}

/**
 * Does what `docker build` would do with our Dockerfile, in folders instead of images: the same files, the same installation. What the base image brings is
 * this machine's, and lines of the last stage, which change the system around the program, are not run.
 */
export async function buildImage(project: string, folder: string): Promise<BuiltImage> {
  const stages = parseDockerfile(await readFile(join(project, "Dockerfile"), "utf8"));
  const context = await contextFiles(project, await readFile(join(project, ".dockerignore"), "utf8"));
  const roots = new Map<string, string>();
  const notRun: string[] = [];
  for (const [index, stage] of stages.entries()) {
    const root = join(folder, stage.name ?? `stage-${index}`);
    await mkdir(root, { recursive: true });
    if (stage.name !== undefined) roots.set(stage.name, root);
    const isLast = stage === stages.at(-1);
    const cwd = join(root, workdirOf(stage));
    await mkdir(cwd, { recursive: true });
    for (const instruction of stage.instructions) {
      if (instruction.name === "COPY") await copy(instruction, { project, context, roots, cwd });
      if (instruction.name !== "RUN") continue;
      if (isLast) notRun.push(instruction.text);
      else run(instruction.text, cwd);
    }
  }
  const last = stages.at(-1);
  if (!last) throw new Error("the Dockerfile has no stage");
  return {
    root: join(folder, `stage-${stages.length - 1}`),
    workdir: workdirOf(last),
    env: variablesOf(last),
    command: execForm(lastOf(last, "CMD")?.text ?? "") ?? [],
    health: execForm(lastOf(last, "HEALTHCHECK")?.text ?? "") ?? [],
    user: lastOf(last, "USER")?.text ?? "root",
    notRun,
  };
}

function workdirOf(stage: DockerStage): string {
  return lastOf(stage, "WORKDIR")?.text ?? "/";
}

async function copy(
  { text, flags }: Instruction,
  places: { project: string; context: readonly string[]; roots: ReadonlyMap<string, string>; cwd: string },
): Promise<void> {
  const parts = text.split(/\s+/);
  const target = parts.at(-1) ?? "";
  const sources = parts.slice(0, -1);
  const from = flags.get("from");
  if (from !== undefined) {
    for (const source of sources)
      await cp(join(places.roots.get(from) ?? "", source), join(places.cwd, target), {
        recursive: true,
        verbatimSymlinks: true,
      });
    return;
  }
  for (const source of sources) {
    const files = places.context.filter((path) => path === source || path.startsWith(`${source}/`));
    if (files.length === 0) throw new Error(`COPY ${source}: no such file reaches the build`);
    for (const file of files) {
      // A folder's content goes into the target, a file keeps its name when the target is a folder.
      const place = file === source ? file : file.slice(source.length + 1);
      const to = join(places.cwd, target, place);
      await mkdir(dirname(to), { recursive: true });
      await cp(join(places.project, file), to);
    }
  }
}

function run(command: string, cwd: string): void {
  const { status } = spawnSync("sh", ["-ec", command], { cwd, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`RUN ended with ${status}: ${command}`);
}
