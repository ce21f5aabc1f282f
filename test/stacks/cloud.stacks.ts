import { rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { checks } from "./checks.ts";
import { rulesOf } from "./checks-operation.ts";
import { type CloudView, viewOf } from "./cloud-view.ts";
import { environment, type SynthOptions, synthesise } from "./synth.ts";

/** `run()` of sst.config.ts, executed against mocks of AWS. */

let cloud: CloudView;
beforeAll(async () => {
  cloud = viewOf(await synthesise());
});

describe("a deployment", () => {
  it.each(Object.keys(checks))("%s", (sentence) => {
    checks[sentence]?.(cloud);
  });

  it("goes without a trace when it is removed", () => {
    expect(cloud.app).toMatchObject({ name: "call-quality-analyst", removal: "remove", protect: false });
    expect(cloud.one("aws:s3/bucket:Bucket").forceDestroy).toBe(true);
  });

  it("says where everything is", () => {
    expect(cloud.outputs).toMatchObject({
      bitrix24Webhook: expect.stringMatching(/^https:.*\/webhooks\/bitrix24$/),
      telegramWebhook: expect.stringMatching(/\/webhooks\/telegram$/),
      mcp: expect.stringMatching(/\/mcp$/),
      health: expect.stringMatching(/\/health$/),
      queuePrefix: "call-quality-test-",
    });
  });

  it("keeps files under uploads/ for good and tells nobody by e-mail unless it is asked to", () => {
    expect(rulesOf(cloud).some(({ expiration }) => expiration?.days !== undefined)).toBe(false);
    expect(cloud.of("aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
  });
});

describe("production", () => {
  const settings = {
    RETENTION_DAYS: "90",
    AUDIO_RETENTION_DAYS: "30",
    ALARM_EMAIL: "head@company.example",
    AWS_REGION: "eu-west-1",
    SWEEP_EVERY_SEC: "60",
    DIGEST_AT: "08:30",
    SST_SECRET_AdminToken: "admin-token",
  };
  let production: CloudView;
  beforeAll(async () => {
    const stage = "production";
    production = viewOf(await synthesise({ stage, env: { ...environment, ...settings } }), stage);
  });

  it("is kept, bucket and all, whatever command is given", () => {
    expect(production.app).toMatchObject({ removal: "retain", protect: true });
    expect(production.one("aws:s3/bucket:Bucket").forceDestroy).toBe(false);
  });

  it("shares no name with another deployment of the account", () => {
    const named = ({ of }: CloudView) =>
      [
        ...[
          "aws:lambda/function:Function",
          "aws:sqs/queue:Queue",
          "aws:sns/topic:Topic",
          "aws:iam/role:Role",
        ],
        ...["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/logMetricFilter:LogMetricFilter"],
      ].flatMap((type) => of(type).map(({ name }) => `${type} ${name}`));
    const others = new Set(named(cloud));
    expect(named(production).length).toBe(others.size);
    expect(named(production).filter((name) => others.has(name))).toEqual([]);
  });

  it("lies in the region that it was told", () => {
    expect(production.app.region).toBe("eu-west-1");
    expect(production.environment("ingest").AWS_ENDPOINT_URL_S3).toBe("https://s3.eu-west-1.amazonaws.com");
  });

  it("deletes uploads that the sweep cannot tell two weeks after their audio was due", () => {
    const rules = rulesOf(production).filter(({ expiration }) => expiration?.days !== undefined);
    expect(rules).toMatchObject([{ filter: { prefix: "uploads/" }, expiration: { days: 44 } }]);
  });

  it("writes its alarms to the address that it was told", () => {
    expect(production.one("aws:sns/topicSubscription:TopicSubscription")).toMatchObject({
      topic: production.outputs.alarms,
      protocol: "email",
      endpoint: "head@company.example",
    });
  });

  it("passes the company's settings on, to every function", () => {
    expect(production.environment("schedule")).toMatchObject({ DIGEST_AT: "08:30", RETENTION_DAYS: "90" });
    expect(production.environment("sweep").SWEEP_EVERY_SEC).toBe("60");
    expect(production.environment("mcp").ADMIN_TOKEN).toBe("admin-token");
  });

  it("sweeps every minute when it is told to", () => {
    const [sweep] = production
      .of("aws:scheduler/schedule:Schedule")
      .filter(({ target }) => target.arn.endsWith("-sweep"));
    expect(sweep.scheduleExpression).toBe("rate(1 minute)");
  });
});

describe("a deployment that lacks something stops before anything is made, and says what", () => {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(environment).filter(([variable]) => variable !== name));
  const noCertificate = (project: string) => rm(join(project, "certs"), { recursive: true });

  it.each<[string, SynthOptions, RegExp]>([
    [
      "the certificate",
      { prepare: noCertificate },
      /russian-trusted-root-ca\.pem is missing.*npx cqa fetch-ca/,
    ],
    ["the model's address", { env: without("LLM_BASE_URL") }, /^LLM_BASE_URL is missing/],
    ["the model's name", { env: without("LLM_MODEL") }, /^LLM_MODEL is missing/],
    ["the model's key", { env: without("SST_SECRET_LlmApiKey") }, /secret set LlmApiKey/],
    ["the chat", { env: without("SST_SECRET_TelegramChatId") }, /secret set TelegramChatId/],
    ["the portal's webhook", { env: without("SST_SECRET_Bitrix24WebhookUrl") }, /Bitrix24WebhookUrl/],
    [
      "a part of the fallback model",
      { env: { ...environment, LLM_FALLBACK_MODEL: "b" } },
      /all three or none/,
    ],
    [
      "days that are days",
      { env: { ...environment, RETENTION_DAYS: "long" } },
      /^RETENTION_DAYS is malformed/,
    ],
    ["a name that AWS takes", { stage: `a${"b".repeat(40)}` }, /is no name for a deployment/],
  ])("%s", async (_what, options, says) => {
    const said = await synthesise(options).then(
      () => "nothing",
      (error: Error) => error.message,
    );
    expect(said).toMatch(says);
    expect(said).not.toContain("application-token");
  });

  it("does without a model, without Telegram and without an administrator when it is told to", async () => {
    const {
      SST_SECRET_LlmApiKey: _key,
      SST_SECRET_TelegramChatId: _chat,
      LLM_MODEL: _model,
      ...rest
    } = environment;
    const made = viewOf(
      await synthesise({ env: { ...rest, LLM_BASE_URL: "off", SST_SECRET_TelegramBotToken: "off" } }),
    );
    expect(made.environment("score")).toMatchObject({ LLM_BASE_URL: "off" });
    expect(
      Object.keys(made.environment("bot")).filter((name) => made.environment("bot")[name] === ""),
    ).toEqual([]);
  });
});
