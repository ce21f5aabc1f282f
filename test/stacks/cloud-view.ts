import { expect } from "vitest";
import type { StageName } from "../../events/pipeline.ts";
import type { FunctionName } from "../../stacks/functions.ts";
import { deadQueueName, functionName, queueName } from "../../stacks/names.ts";
import type { Synthesised } from "./synth.ts";
import type { Resource } from "./synth-mocks.ts";

export interface Statement {
  effect: string;
  actions: string[];
  resources: string[];
  principals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

/** A synthesised deployment, looked at by what a reader asks for. */
export interface CloudView extends Synthesised {
  stage: string;
  of(type: string): Resource["inputs"][];
  one(type: string, name?: RegExp): Resource["inputs"];
  lambda(name: FunctionName): Resource["inputs"];
  environment(name: FunctionName): Record<string, string>;
  /** Of the role's own policy. */
  rights(name: FunctionName): Statement[];
  role(name: FunctionName): Resource["inputs"];
  queue(stage: StageName): Resource["inputs"];
  deadQueue(stage: StageName): Resource["inputs"];
  bucketName: string;
}

/** Pulumi marks what must not be printed (pulumi/pulumi, sdk/nodejs/runtime/rpc.ts). */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

export function viewOf(made: Synthesised, stage = "test"): CloudView {
  const resources = made.resources.map((resource) => ({ ...resource, inputs: bare(resource.inputs) }));
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const only = (found: Resource[], what: string) => {
    expect(found.length, what).toBe(1);
    return found[0]?.inputs;
  };
  const one = (type: string, name = /^/) =>
    only(
      of(type).filter((resource) => name.test(resource.name)),
      `${type} ${name}`,
    );
  const called = (type: string, name: string) =>
    only(
      of(type).filter(({ inputs }) => inputs.name === name),
      `${type} ${name}`,
    );
  const lambda = (name: FunctionName) => called("aws:lambda/function:Function", functionName(stage, name));
  const role = (name: FunctionName) => one("aws:iam/role:Role", new RegExp(`^${name}Role$`, "i"));
  return {
    ...made,
    resources,
    stage,
    of: (type) => of(type).map(({ inputs }) => inputs),
    one,
    lambda,
    environment: (name) => lambda(name).environment.variables,
    rights: (name) => statementsOf(role(name).inlinePolicies[0].policy),
    role,
    queue: (name) => called("aws:sqs/queue:Queue", queueName(stage, name)),
    deadQueue: (name) => called("aws:sqs/queue:Queue", deadQueueName(stage, name)),
    bucketName: String(made.outputs.bucket),
  };
}

export function statementsOf(policy: string): Statement[] {
  return JSON.parse(policy).Statement;
}

function bare(value: unknown): Resource["inputs"] {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_MARK in value && "value" in value) return bare(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bare(inner)]));
}
