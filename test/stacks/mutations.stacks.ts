import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { brokenChecks, checks } from "./checks.ts";
import { viewOf } from "./cloud-view.ts";
import { synthesise } from "./synth.ts";

/** Mistakes that somebody could make in stacks/, each made on a copy. Whether the checks notice, and only the one that names it. */
interface Mistake {
  mistake: string;
  file: string;
  from: string | RegExp;
  to: string;
  breaks: keyof typeof checks;
}

const mistakes: Mistake[] = [
  {
    mistake: "partial responses are forgotten",
    file: "queues.ts",
    from: "partialResponses: true",
    to: "partialResponses: false",
    breaks: "of a batch only the messages come back that failed",
  },
  {
    mistake: "a message is hidden for SST's default of 30 seconds",
    file: "queues.ts",
    from: /visibilityTimeout: .*,/,
    to: "",
    breaks: "a message stays hidden six times as long as its function may run",
  },
  {
    mistake: "dead letters are kept no longer than messages",
    file: "queues.ts",
    from: "const DEAD_RETENTION_SEC = 14 * DAY_SEC",
    to: "const DEAD_RETENTION_SEC = 4 * DAY_SEC",
    breaks: "dead letters are kept for ten days longer than messages",
  },
  {
    mistake: "the vendors' limits are forgotten",
    file: "queues.ts",
    from: "scalingConfig: { maximumConcurrency: concurrency }",
    to: "",
    breaks: "a stage runs as often at once as its vendor stands, within AWS's 2 to 1000",
  },
  {
    mistake: "messages are tried three times, as is SST's default",
    file: "queues.ts",
    from: "retry: pipeline[stage].maxReceiveCount",
    to: "retry: 3",
    breaks: "each stage has its queue and a queue of dead letters, tried as often as the pipeline says",
  },
  {
    mistake: "the bucket announces what it should not",
    file: "queues.ts",
    from: 'filterPrefix: "uploads/"',
    to: 'filterPrefix: "calls/"',
    breaks: "files under uploads/ are announced to ingest, large ones too",
  },
  {
    mistake: "any bucket may announce files",
    file: "queues.ts",
    from: '{ test: "ArnEquals", variable: "aws:SourceArn", values: [bucket.arn] },',
    to: "",
    breaks: "only our own bucket may announce files",
  },
  {
    mistake: "a function may read the whole bucket",
    file: "permissions.ts",
    from: 'actions: ["s3:GetObject"], resources: keys(reads)',
    to: 'actions: ["s3:GetObject"], resources: keys(["*"])',
    breaks: "a function reads, writes and deletes its own keys of the bucket alone",
  },
  {
    mistake: "a right on everything slips in",
    file: "permissions.ts",
    from: "const traces = {",
    to: 'const traces = { actions: ["s3:AbortMultipartUpload"], resources: ["*"] }; const unused = {',
    breaks: "no right is given on everything but to write traces",
  },
  {
    mistake: "an absent object is forbidden, because nothing may be listed",
    file: "permissions.ts",
    from: 'actions: ["s3:ListBucket"]',
    to: 'actions: ["s3:AbortMultipartUpload"]',
    breaks: "a function lists what it may read and nothing else, so that what is absent is not forbidden",
  },
  {
    mistake: "every function gets every secret",
    file: "make-functions.ts",
    from: "...functions[name].variables.flatMap((group) => variablesOf[group]),",
    to: "...Object.values(variablesOf).flat(),",
    breaks: "a function knows the variables of its own vendors alone, within AWS's 4 KB",
  },
  {
    mistake: "the sweep takes a run of the account for itself",
    file: "make-functions.ts",
    from: "...(runsBySchedule.has(name) ? neverRepeated : {}),",
    to: "...(runsBySchedule.has(name) ? neverRepeated : {}), ...(name === 'sweep' ? { concurrency: { reserved: 1 } } : {}),",
    breaks:
      "no function takes a part of the account's concurrency for itself, of which a new account has none to spare",
  },
  {
    mistake: "a sweep that failed is repeated",
    file: "make-functions.ts",
    from: 'new Set(["sweep", "schedule"])',
    to: 'new Set(["schedule"])',
    breaks: "the sweep runs every ten minutes and is not repeated",
  },
  {
    mistake: "somebody else may take a function's role",
    file: "make-functions.ts",
    from: /role: \$dev[\s\S]*?(?=eventInvokeConfig)/,
    to: "",
    breaks: "nobody but Lambda takes a function's role, and of AWS's policies it has that of logs alone",
  },
  {
    mistake: "a path is forgotten",
    file: "http.ts",
    from: '"POST /webhooks/bitrix24/{tenant}": "webhook",',
    to: "",
    breaks: "one address has the paths of the contract and no other",
  },
  {
    mistake: "SST's own access log, with paths and addresses of people",
    file: "http.ts",
    from: 'routeKey: "$context.routeKey",',
    to: 'routeKey: "$context.routeKey", path: "$context.path",',
    breaks: "the access log holds no path, query, address or body",
  },
  {
    mistake: "a deleted recording lives on as an older version",
    file: "storage.ts",
    from: "noncurrentVersionExpiration: { noncurrentDays: 1 }",
    to: "noncurrentVersionExpiration: { noncurrentDays: 365 }",
    breaks: "older versions are kept of what people write, and of nothing else",
  },
  {
    mistake: "the bucket may be spoken to without TLS",
    file: "storage.ts",
    from: "enforceHttps: true",
    to: 'enforceHttps: false, policy: [{ effect: "deny", actions: ["s3:PutBucketAcl"], principals: "*" }]',
    breaks: "the bucket is spoken to over TLS alone",
  },
  {
    mistake: "the alarm of dead letters watches the wrong queue",
    file: "alarm-list.ts",
    from: "deadQueueName(deployment, stage)",
    to: "queueName(deployment, stage)",
    breaks: "a dead letter of any stage is told",
  },
  {
    mistake: "silence of the sweep counts as well",
    file: "alarms.ts",
    from: 'treatMissingData: "breaching"',
    to: 'treatMissingData: "notBreaching"',
    breaks: "a sweep that has not run for half an hour is told, although nothing is heard of it",
  },
  {
    mistake: "logs are kept for good",
    file: "make-functions.ts",
    from: 'retention: "1 month"',
    to: 'retention: "forever"',
    breaks: "logs are kept for a month, as JSON",
  },
];

it.each(mistakes)("notices it when $mistake", async ({ file, from, to, breaks }) => {
  expect(checks).toHaveProperty([breaks]);
  const made = await synthesise({
    prepare: async (project) => {
      const path = join(project, "stacks", file);
      const source = await readFile(path, "utf8");
      const changed = source.replace(from, () => to);
      expect(changed, "the mistake is not made").not.toBe(source);
      await writeFile(path, changed);
    },
  });
  expect(brokenChecks(viewOf(made))).toEqual([breaks]);
});
