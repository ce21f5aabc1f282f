import { expect, it } from "vitest";
import { definitions } from "../../events/catalog.ts";
import { listenersOf, pipeline, stageNames, visibilitySec } from "../../events/pipeline.ts";

it.each(definitions.map(({ type }) => type))("%s is heard by exactly one stage", (type) => {
  expect(listenersOf(type)).toHaveLength(1);
});

it("no event stands twice in the catalog", () => {
  const types = definitions.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
});

it.each(stageNames)("%s keeps to what the queues allow", (stage) => {
  const policy = pipeline[stage];
  expect(new Set(policy.hears).size).toBe(policy.hears.length);
  expect(visibilitySec(stage)).toBe(6 * policy.timeoutSec);
  // SQS: visibility of at most twelve hours, retention of at most fourteen days, batches of at most ten.
  expect(visibilitySec(stage)).toBeLessThanOrEqual(12 * 3600);
  expect(policy.giveUpAfterSec).toBeLessThan(14 * 24 * 3600);
  expect(policy.batchSize).toBeLessThanOrEqual(10);
  // Lambda: fifteen minutes.
  expect(policy.timeoutSec).toBeLessThanOrEqual(900);
  expect(policy.maxReceiveCount).toBeGreaterThan(1);
});
