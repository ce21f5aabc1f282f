import type { Synthesised } from "./synth.ts";

/** The text of sst-env.d.ts: what `Resource` of the package `sst` knows of a deployment (SST 4.17, pkg/types/typescript). */
export function environmentTypes({ resources }: Synthesised): string {
  const links = resources
    .filter(({ type }) => type === "sst:sst:LinkRef")
    .map(({ name, inputs }) => [name.replace(/LinkRef$/, ""), Object.keys(inputs.properties ?? {})] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = links.flatMap(([name, properties]) => [
    `    "${name}": {`,
    ...properties.sort().map((property) => `      "${property}": string`),
    "    }",
  ]);
  return [
    "/* This file is auto-generated. Do not edit. */",
    'declare module "sst" {',
    "  export interface Resource {",
    ...lines,
    "  }",
    "}",
    'import "sst"',
    "export {}",
    "",
  ].join("\n");
}
