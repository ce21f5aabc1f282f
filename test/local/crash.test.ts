import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PermanentError } from "../../core/errors.ts";
import { crashLine } from "../../local/crash.ts";
import { runScript } from "./processes.ts";

const MARK = "https://portal.example/rest/1/s3cret/?phone=+79990001234";
const SENTENCE =
  "this is a fault of the product and ends it; please report this line, it holds nothing secret\n";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-crash-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a crash", () => {
  const place = String.raw`test/local/crash-child\.ts:\d+`;
  it.each([
    ["an exception", `TypeError \\(ECONNRESET\\) at ${place}: `],
    ["now", `TypeError \\(ECONNRESET\\) at ${place}: `],
    ["an awaited rejection", `TypeError \\(ECONNRESET\\) at ${place}: `],
    ["a rejection", `TypeError \\(ECONNRESET\\) at ${place}: `],
    ["a rejection with a text", String.raw`\w+ \(ERR_UNHANDLED_REJECTION\) at node:\S+: `],
    ["a rejection with an object", String.raw`\w+ \(ERR_UNHANDLED_REJECTION\) at node:\S+: `],
    ["an event that nobody hears", `TypeError \\(ECONNRESET\\) at ${place}: `],
    ["a name out of a reply", `Error \\(ECONNRESET\\) at ${place}: `],
    ["several errors", `AggregateError at ${place}: `],
  ])("by %s prints one line, and nothing that the error says", async (way, line) => {
    const { code, stdout, stderr } = await runScript("test/local/crash-child.ts", [way, MARK], {
      cwd: folder,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^${line}${SENTENCE}$`));
    expect(stderr).not.toMatch(/s3cret|7999/);
  });

  it("says what an own error says", () => {
    expect(crashLine(new PermanentError("recording.empty", "the recording has no bytes"))).toBe(
      "recording.empty: the recording has no bytes",
    );
  });
});

describe("each program", () => {
  const preload = pathToFileURL(join(import.meta.dirname, "crash-preload.mjs")).href;
  it.each([
    ["the service", "local/main.ts", []],
    ["the operator's command", "local/cqa.mjs", ["status"]],
    ["the demo", "local/demo/main.ts", []],
    ["the demo's service", "local/demo/service.ts", ["60", "1790000000000"]],
  ])("keeps a crash to itself: %s", async (_what, script, args) => {
    const env = {
      NODE_OPTIONS: `--import ${preload}`,
      CRASH_MARK: MARK,
      // Enough for the service to start; nobody answers there, and nobody is asked.
      BITRIX24_WEBHOOK_URL: "http://127.0.0.1:9/rest/1/secret/",
      SBER_OAUTH_CLIENT_ID: "id",
      SBER_OAUTH_CLIENT_SECRET: "secret",
      LLM_BASE_URL: "off",
      TELEGRAM_BOT_TOKEN: "off",
      PORT: "0",
      DATA_DIR: folder,
    };
    const { code, stdout, stderr } = await runScript(script, args, { cwd: folder, env });
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(/s3cret|7999/);
    expect(stderr).toContain(`Error at test/local/crash-preload.mjs:4: ${SENTENCE}`);
  });
});
