import { expect } from "vitest";
import { stageNames } from "../../events/pipeline.ts";
import { type FunctionName, functionNames, functions } from "../../stacks/functions.ts";
import { deadQueueName, queueName } from "../../stacks/names.ts";
import { companyVariables, variablesOf } from "../../stacks/variables.ts";
import type { Checks } from "./checks.ts";
import type { CloudView, Statement } from "./cloud-view.ts";
import { statementsOf } from "./cloud-view.ts";

/** Every action that a function of ours needs; a name that is none is refused by nobody until the first call. */
const realActions = new Set([
  ...["s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"],
  ...["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
  ...["sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
  ...["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
]);

/** What every function has, whatever it does. */
const groundVariables = [
  ...[
    "BUCKET",
    "QUEUE_PREFIX",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_SQS",
    "POWERTOOLS_METRICS_NAMESPACE",
  ],
  // SST's own.
  ...["SST_KEY", "SST_KEY_FILE", "SST_RESOURCE_App"],
];

const MAX_ENVIRONMENT_BYTES = 4096;

/** Who may do what, and who knows what. */
export const accessChecks: Checks = {
  "no right is given on everything but to write traces": (cloud) => {
    for (const name of functionNames) {
      for (const { actions, resources } of cloud.rights(name)) {
        if (actions.every((action) => action.startsWith("xray:"))) continue;
        for (const resource of resources) expect(resource, name).toMatch(/^arn:aws:(s3:::|sqs:)[^*]+/);
      }
    }
  },

  "every right is of an action that AWS knows": (cloud) => {
    for (const name of functionNames)
      for (const { actions } of cloud.rights(name))
        for (const action of actions) expect(realActions, action).toContain(action);
  },

  "a function reads, writes and deletes its own keys of the bucket alone": (cloud) => {
    for (const name of functionNames) {
      const { reads, writes, deletes = [] } = functions[name].bucket;
      expect(keysOf("s3:GetObject", name, cloud)).toEqual([...reads].sort());
      expect(keysOf("s3:PutObject", name, cloud)).toEqual([...writes].sort());
      expect(keysOf("s3:DeleteObject", name, cloud)).toEqual([...deletes].sort());
    }
  },

  "a function lists what it may read and nothing else, so that what is absent is not forbidden": (cloud) => {
    for (const name of functionNames) {
      const [statement, ...others] = allowing("s3:ListBucket", name, cloud);
      // Of those that read nothing there is no statement.
      expect(statement === undefined).toBe(functions[name].bucket.reads.length === 0);
      if (statement === undefined) continue;
      expect(others).toEqual([]);
      expect(statement.resources).toEqual([`arn:aws:s3:::${cloud.bucketName}`]);
      expect(statement.conditions).toEqual([
        { test: "StringLikeIfExists", variable: "s3:prefix", values: [...functions[name].bucket.reads] },
      ]);
    }
  },

  "a function sends to the queues of the table": (cloud) => {
    for (const name of functionNames)
      expect(queuesOf("sqs:SendMessage", name, cloud), name).toEqual(
        functions[name].sends.map((stage) => queueName(cloud.stage, stage)).sort(),
      );
  },

  "a stage takes messages from its own queue alone": (cloud) => {
    for (const name of functionNames) {
      const own = stageNames.filter((stage) => stage === name).map((stage) => queueName(cloud.stage, stage));
      for (const action of ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"])
        expect(queuesOf(action, name, cloud), `${name} ${action}`).toEqual(own);
    }
  },

  "the health counts every queue and its dead letters": (cloud) => {
    const all = stageNames.flatMap((stage) => [
      queueName(cloud.stage, stage),
      deadQueueName(cloud.stage, stage),
    ]);
    expect(queuesOf("sqs:GetQueueAttributes", "health", cloud)).toEqual(all.sort());
  },

  "whoever asks a queue may look up its address": (cloud) => {
    for (const name of functionNames) {
      const asked = ["sqs:SendMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"].flatMap(
        (action) => queuesOf(action, name, cloud),
      );
      expect(queuesOf("sqs:GetQueueUrl", name, cloud), name).toEqual([...new Set(asked)].sort());
    }
  },

  "nobody but Lambda takes a function's role, and of AWS's policies it has that of logs alone": (cloud) => {
    for (const name of functionNames) {
      const { assumeRolePolicy, managedPolicyArns } = cloud.role(name);
      // Pulumi takes it as text or as what it would say.
      const takers = JSON.stringify(assumeRolePolicy);
      expect(managedPolicyArns).toEqual(["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]);
      expect(takers).toContain("lambda.amazonaws.com");
      expect(takers).not.toContain(":root");
    }
  },

  "a function knows the variables of its own vendors alone, within AWS's 4 KB": (cloud) => {
    for (const name of functionNames) {
      const environment = cloud.environment(name);
      const own = functions[name].variables.flatMap((group): readonly string[] => variablesOf[group]);
      const allowed = new Set([...groundVariables, ...companyVariables, ...own]);
      expect(
        Object.keys(environment).filter((variable) => !allowed.has(variable)),
        name,
      ).toEqual([]);
      expect(Buffer.byteLength(JSON.stringify(environment))).toBeLessThan(MAX_ENVIRONMENT_BYTES);
    }
  },

  "a function has the secrets that it needs": (cloud) => {
    const has = (name: FunctionName, variable: string) => cloud.environment(name)[variable];
    for (const name of ["ingest", "report", "mcp", "sweep"] as const)
      expect(has(name, "BITRIX24_WEBHOOK_URL"), name).toBe("https://portal.example/rest/1/secret/");
    expect(has("webhook", "BITRIX24_APPLICATION_TOKEN")).toBe("application-token");
    for (const name of ["transcribe", "bot"] as const)
      expect(has(name, "SBER_OAUTH_CLIENT_SECRET"), name).toBe("client-secret");
    for (const name of ["score", "bot", "mcp"] as const)
      expect(has(name, "LLM_API_KEY"), name).toBe("llm-key");
    for (const name of ["report", "bot"] as const) expect(has(name, "TELEGRAM_CHAT_ID"), name).toBe("-1001");
  },

  "every function finds the bucket, the queues and AWS's own addresses": (cloud) => {
    const { region } = cloud.app;
    for (const name of functionNames)
      expect(cloud.environment(name), name).toMatchObject({
        BUCKET: cloud.bucketName,
        QUEUE_PREFIX: queueName(cloud.stage, "ingest").replace(/ingest$/, ""),
        AWS_ENDPOINT_URL_S3: `https://s3.${region}.amazonaws.com`,
        AWS_ENDPOINT_URL_SQS: `https://sqs.${region}.amazonaws.com`,
      });
  },

  "who asks SaluteSpeech has the certificate beside its bundle": (cloud) => {
    for (const name of ["transcribe", "bot"] as const) {
      const file = cloud.environment(name).SALUTESPEECH_CA_FILE;
      expect(file, name).toBe("certs/russian-trusted-root-ca.pem");
      const build = cloud.builds.find(({ handler }) => handler === functions[name].handler);
      expect(build?.copyFiles.map(({ to }) => to)).toContain(file);
    }
  },

  "nothing is linked, because a link grants everything": (cloud) => {
    for (const { functionID, links } of cloud.builds) expect(links, functionID).toEqual({});
  },

  "the bucket is private": (cloud) => {
    expect(cloud.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(cloud.of("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")).toEqual([]);
  },

  "the bucket is spoken to over TLS alone": (cloud) => {
    const [statement, ...others] = statementsOf(cloud.one("aws:s3/bucketPolicy:BucketPolicy").policy);
    expect(others).toEqual([]);
    expect(statement).toMatchObject({ effect: "Deny", actions: ["s3:*"] });
    expect(statement?.conditions).toEqual([
      { test: "Bool", variable: "aws:SecureTransport", values: ["false"] },
    ]);
  },

  "the bucket is encrypted": (cloud) => {
    const { rules } = cloud.one(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    expect(rules[0].applyServerSideEncryptionByDefault.sseAlgorithm).toBe("AES256");
  },
};

function allowing(action: string, name: FunctionName, cloud: CloudView): Statement[] {
  return cloud.rights(name).filter(({ effect, actions }) => effect === "Allow" && actions.includes(action));
}

function resourcesOf(action: string, name: FunctionName, cloud: CloudView): string[] {
  return allowing(action, name, cloud).flatMap(({ resources }) => resources);
}

function keysOf(action: string, name: FunctionName, cloud: CloudView): string[] {
  const bucket = `arn:aws:s3:::${cloud.bucketName}/`;
  return resourcesOf(action, name, cloud)
    .map((resource) => (resource.startsWith(bucket) ? resource.slice(bucket.length) : resource))
    .sort();
}

function queuesOf(action: string, name: FunctionName, cloud: CloudView): string[] {
  const names = resourcesOf(action, name, cloud).map((resource) => resource.split(":").at(-1) ?? "");
  return [...new Set(names)].sort();
}
