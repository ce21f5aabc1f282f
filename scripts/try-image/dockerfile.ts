/** As much of a Dockerfile as ours uses: stages, and their instructions one by one. */

export interface Instruction {
  name: string;
  /** What stands behind the name, on one line. */
  text: string;
  /** Of `COPY --from=packages …`. */
  flags: ReadonlyMap<string, string>;
}

export interface DockerStage {
  from: string;
  name: string | undefined;
  instructions: Instruction[];
}

export function parseDockerfile(source: string): DockerStage[] {
  const stages: DockerStage[] = [];
  for (const line of logicalLines(source)) {
    const [, name = "", rest = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === "") throw new Error(`not understood: ${line}`);
    if (name === "FROM") {
      const [, from = "", stage] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest) ?? [];
      stages.push({ from, name: stage, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction(name, rest));
  }
  return stages;
}

function logicalLines(source: string): string[] {
  const withoutComments = source.split("\n").filter((line) => !/^\s*#/.test(line));
  return withoutComments
    .join("\n")
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function instruction(name: string, rest: string): Instruction {
  const flags = new Map<string, string>();
  let text = rest;
  for (let flag = takeFlag(text); flag; flag = takeFlag(text)) {
    flags.set(flag.name, flag.value);
    text = flag.rest;
  }
  return { name, text, flags };
}

function takeFlag(text: string) {
  const [, name, value = "", rest = ""] = /^--([a-z-]+)=(\S+)\s*(.*)$/.exec(text) ?? [];
  return name === undefined ? undefined : { name, value, rest };
}

/** The last one counts. */
export function lastOf(stage: DockerStage, name: string): Instruction | undefined {
  return stage.instructions.findLast((one) => one.name === name);
}

/** `["node", "local/main.ts"]`; undefined of the form that a shell runs, which keeps signals for itself. */
export function execForm(text: string): string[] | undefined {
  const start = text.indexOf("[");
  if (start !== 0 && !/^CMD\s+\[/.test(text)) return undefined;
  return JSON.parse(text.slice(start));
}

export function variablesOf(stage: DockerStage): Record<string, string> {
  const pairs = stage.instructions
    .filter(({ name }) => name === "ENV")
    .flatMap(({ text }) => text.split(/\s+/).map((pair) => pair.split("=", 2) as [string, string]));
  return Object.fromEntries(pairs);
}
