import { accessChecks } from "./checks-access.ts";
import { operationChecks } from "./checks-operation.ts";
import { pipelineChecks } from "./checks-pipeline.ts";
import type { CloudView } from "./cloud-view.ts";

/** What holds of every deployment, each by its sentence: throws when it does not. */
export type Checks = Readonly<Record<string, (cloud: CloudView) => void>>;

export const checks: Checks = { ...pipelineChecks, ...accessChecks, ...operationChecks };

/** The sentences that do not hold. */
export function brokenChecks(cloud: CloudView): string[] {
  return Object.entries(checks).flatMap(([sentence, check]) => {
    try {
      check(cloud);
      return [];
    } catch {
      return [sentence];
    }
  });
}
