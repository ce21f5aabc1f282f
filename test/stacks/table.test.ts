import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as layout from "../../core/bucket-layout.ts";
import { stageNames } from "../../events/pipeline.ts";
import { functionNames, functions } from "../../stacks/functions.ts";
import { deadQueueName, functionName, prefixOf, queueName } from "../../stacks/names.ts";
import { unversionedPrefixes, uploadsKeptDays, versionedPrefixes } from "../../stacks/retention.ts";
import { companyVariables, isSecret, type secretVariables, variablesOf } from "../../stacks/variables.ts";
import { refusedRequests } from "./refused-requests.ts";

/** What the deployment says as data, held against what the code reads. The deployment itself: `npm run test:stacks`. */

const deployed: readonly string[] = [...companyVariables, ...Object.values(variablesOf).flat()];

describe("the variables of the functions", () => {
  /** Of one machine, of other clouds, or set by the deployment itself. */
  const notDeployed = [
    ...["PORT", "DATA_DIR", "LISTEN_HOST", "S3_CONDITIONAL_WRITES", "SQS_PROTOCOL"],
    ...["BUCKET", "QUEUE_PREFIX", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SQS", "AWS_REGION"],
    ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
  ];

  it("are all that .env.example explains, but those of one machine", async () => {
    const text = await readFile(join(import.meta.dirname, "../../.env.example"), "utf8");
    const explained = [...text.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name ?? "");
    expect([...new Set(deployed)].sort()).toEqual(
      [...new Set(explained)].filter((name) => !notDeployed.includes(name)).sort(),
    );
  });

  it("that are passwords are kept as secrets [deploy:no-secret-in-files]", () => {
    const passwords = deployed.filter((name) => /_(KEY|SECRET|TOKEN)$|_WEBHOOK_URL$/.test(name));
    expect(passwords.length).toBeGreaterThan(5);
    expect(passwords.filter((name) => !isSecret(name as keyof typeof secretVariables))).toEqual([]);
  });
});

describe("the rights on the bucket", () => {
  const kept: readonly string[] = [...versionedPrefixes, ...unversionedPrefixes];

  it("begin with a part of the bucket's layout, never with everything [deploy:least-privilege]", () => {
    for (const name of functionNames) {
      const { reads, writes, deletes = [] } = functions[name].bucket;
      for (const pattern of [...reads, ...writes, ...deletes])
        expect(
          kept.some((prefix) => pattern.startsWith(prefix)),
          `${name}: ${pattern}`,
        ).toBe(true);
    }
  });

  it("let who writes read as well, as a conditional write wants it", () => {
    for (const name of functionNames) {
      const { reads, writes } = functions[name].bucket;
      const blind = writes.filter(
        (pattern) => !reads.some((read) => pattern.startsWith(read.replace("*", ""))),
      );
      // A recording that is sent in is only put there.
      expect(blind, name).toEqual(name === "bot" ? ["uploads/*/calls/*"] : []);
    }
  });

  it("cover every key of the layout by a rule of what is kept", () => {
    const firstParts = Object.values(layout)
      .map((keyOf) =>
        String((keyOf as (...args: unknown[]) => unknown)("tenant", "20261120-x-1", "2026", "x")),
      )
      .filter((key) => key.includes("/"))
      .map((key) => key.slice(0, key.indexOf("/") + 1));
    expect([...new Set(firstParts)].sort()).toEqual([...kept].sort());
  });
});

describe("a request that the policy would refuse", () => {
  const request = (method: string, key: string, query = "", name = "score") => ({
    method,
    key,
    query: new URLSearchParams(query),
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${name}/20261120/us-east-1/s3/aws4_request` },
  });

  it.each([
    [request("PUT", "calls/default/2026-11-20/a/call.json"), 1],
    [request("PUT", "calls/default/2026-11-20/a/scorecard/first@1.json"), 0],
    [request("GET", "reports/default/2026-11-20/digest.json"), 1],
    [request("GET", "", "list-type=2&prefix=calls/default/"), 0],
    [request("GET", "", "list-type=2"), 1],
    [request("DELETE", "calls/default/2026-11-20/a/call.json"), 1],
    [request("DELETE", "calls/default/2026-11-20/a/call.json", "", "ingest"), 0],
    [request("DELETE", "reports/default/x/digest.pdf", "uploadId=1", "report"), 0],
    [request("DELETE", "anything", "", "somebody-else"), 0],
  ])("is found, and no other: %o", (asked, refused) => {
    expect(refusedRequests([asked])).toHaveLength(refused);
  });
});

describe("what is sent", () => {
  it("can be sent again by each stage, for later", () => {
    for (const stage of stageNames) expect(functions[stage].sends).toContain(stage);
  });

  it("reaches report from everybody who watches a vendor", () => {
    const watching = functionNames.filter((name) =>
      functions[name].variables.some((group) => ["crm", "speech", "llm", "telegram"].includes(group)),
    );
    expect(watching.filter((name) => !functions[name].sends.includes("report"))).toEqual([]);
    expect(watching.filter((name) => !functions[name].bucket.writes.includes("health/*"))).toEqual([]);
  });
});

describe("names", () => {
  it("are those that the queues' driver looks for", () => {
    expect(queueName("production", "score")).toBe(`${prefixOf("production")}score`);
    expect(deadQueueName("production", "score")).toBe("call-quality-production-score-dlq");
  });

  it("fit into what AWS takes for the longest deployment", () => {
    const longest = "a".repeat(32);
    for (const name of functionNames) expect(functionName(longest, name).length).toBeLessThanOrEqual(64);
  });

  it.each(["", "a b", "-a", "a".repeat(33)])("are not made of «%s»", (deployment) => {
    expect(() => prefixOf(deployment)).toThrow("is no name for a deployment");
  });
});

describe("files under uploads/", () => {
  it.each([
    [undefined, undefined, undefined],
    [90, undefined, 104],
    [90, 30, 44],
    [undefined, 0, 14],
  ])("kept %s days, their audio %s, go after %s", (retentionDays, audioRetentionDays, days) => {
    expect(uploadsKeptDays({ retentionDays, audioRetentionDays })).toBe(days);
  });
});
