import { bundling, type FunctionName, functionNames, functions, isTraced } from "./functions.ts";
import { componentName, functionName, metricsNamespace, prefixOf } from "./names.ts";
import { permissionsOf } from "./permissions.ts";
import type { Queues } from "./queues.ts";
import type { Secrets } from "./secrets.ts";
import { CERTIFICATE_FILE, type Settings } from "./settings.ts";
import { companyVariables, isSecret, type Variable, variablesOf } from "./variables.ts";

export type Functions = Readonly<Record<FunctionName, sst.aws.Function>>;

interface Ground {
  bucket: sst.aws.Bucket;
  queues: Queues;
  secrets: Secrets;
  settings: Settings;
}

/** Every function of the table, each with its own variables and rights. */
export function makeFunctions(ground: Ground): Functions {
  return Object.fromEntries(functionNames.map((name) => [name, makeFunction(name, ground)])) as Functions;
}

function makeFunction(name: FunctionName, ground: Ground): sst.aws.Function {
  const { handler, timeoutSec, memoryMb, variables, install, copyFiles = [] } = functions[name];
  const certificate = variables.includes("speech") ? [{ from: CERTIFICATE_FILE }] : [];
  return new sst.aws.Function(componentName(name), {
    name: functionName($app.stage, name),
    handler,
    runtime: "nodejs24.x",
    architecture: "arm64",
    timeout: `${timeoutSec} seconds`,
    memory: `${memoryMb} MB`,
    environment: environmentOf(name, ground),
    permissions: permissionsOf(name, ground.bucket, ground.queues),
    copyFiles: [...copyFiles, ...certificate],
    nodejs: { ...bundling, ...(install ? { install: [...install] } : {}) },
    logging: { retention: "1 month", format: "json" },
    ...(runsBySchedule.has(name) ? neverRepeated : {}),
    transform: {
      function: { tracingConfig: { mode: isTraced(name) ? "Active" : "PassThrough" } },
      // SST would let whoever may assume roles in the account take this one too.
      role: $dev
        ? {}
        : { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) },
      eventInvokeConfig: { maximumEventAgeInSeconds: 600 },
    },
  });
}

const runsBySchedule: ReadonlySet<FunctionName> = new Set(["sweep", "schedule"]);
/** The next run of the schedule is the repetition. */
const neverRepeated = { retries: 0 };

/** Only what is set: an empty variable would be read as one that is missing all the same. */
function environmentOf(name: FunctionName, { bucket, secrets, settings }: Ground) {
  const region = aws.getRegionOutput().region;
  const own: Variable[] = [
    ...companyVariables,
    ...functions[name].variables.flatMap((group) => variablesOf[group]),
  ];
  const values = own.map((variable) =>
    isSecret(variable) ? secrets[variable].value : $util.output(settings.variables[variable] ?? ""),
  );
  return $resolve({ values, region, bucketName: bucket.name }).apply(({ values, region, bucketName }) => ({
    BUCKET: bucketName,
    QUEUE_PREFIX: prefixOf($app.stage),
    AWS_ENDPOINT_URL_S3: `https://s3.${region}.amazonaws.com`,
    AWS_ENDPOINT_URL_SQS: `https://sqs.${region}.amazonaws.com`,
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace($app.stage),
    ...Object.fromEntries(own.flatMap((variable, n) => (values[n] ? [[variable, values[n]] as const] : []))),
  }));
}
