import { stat } from "node:fs/promises";
import { join } from "node:path";
import { VendorError } from "../core/errors.ts";
import { remembered } from "../core/remembered.ts";
import { base, conditionalWrites, once, root } from "./deps-root.ts";
import type { Health } from "./health/health.ts";
import type { HealthPorts } from "./health/receive.ts";

const HEALTH_KEPT_MS = 5000;
const HEALTH_WITHIN_MS = 5000;

export const openHealth = async (): Promise<HealthPorts> => {
  const { tenant, s3, sqs, dataDir } = root().config;
  // To ask files of our own costs nothing, and the operator sees at once what has become of a message.
  const keepMs = s3 || sqs ? HEALTH_KEPT_MS : 0;
  const memory = once("health", () => remembered<Health>({ keepMs }));
  const assertBucket = s3 ? {} : { assertBucket: () => assertFolder(join(dataDir, "bucket")) };
  return {
    ...base(),
    ...assertBucket,
    conditionalWrites,
    tenant,
    memory,
    answerWithinMs: HEALTH_WITHIN_MS,
  };
};

async function assertFolder(path: string): Promise<void> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
  if (!isFolder) throw new VendorError("store.gone", "the folder DATA_DIR/bucket is not there");
}
