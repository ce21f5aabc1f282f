import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerWith, verdict } from "../../functions/score/score-world.ts";
import { type ChatService, completion, startChatService } from "../../llm/chat-service.ts";
import { runScript } from "../processes.ts";

const sample = join(import.meta.dirname, "labelled-sample");

let folder: string;
let service: ChatService | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cqa-evaluate-"));
});
afterEach(async () => {
  await service?.close();
  service = undefined;
  await rm(folder, { recursive: true, force: true });
});

describe("cqa evaluate", () => {
  const run = (args: string[], env: Record<string, string> = {}) =>
    runScript(
      "local/cli/main.ts",
      [
        "evaluate",
        "--labelled",
        join(sample, "calls"),
        "--checklist",
        join(sample, "checklists", "sample.json"),
        ...args,
      ],
      { cwd: folder, env },
    );

  it("prints a table, writes both reports and ends with code 1 under the least κ", async () => {
    const { code, stdout, stderr } = await run(["--min-kappa", "0.8", "--out", "report"]);
    expect(code, stderr).toBe(1);
    expect(stdout).toMatch(/^greeting +keyword +3 +67 % +0\.00 +0 % +100 %/m);
    expect(stdout).toContain("all: κ 0.727, n 9");
    expect(stderr).toContain("[3/3] sample/lists-goods");
    const report = JSON.parse(await readFile(join(folder, "report", "report.json"), "utf8"));
    expect(report.overall.at(-1).kappa).toBeCloseTo(24 / 33, 12);
    expect(await readFile(join(folder, "report", "report.md"), "utf8")).toContain(
      "| greeting | keyword | 3 |",
    );
  });

  it("ends with code 0 when agreement is enough", async () => {
    const { code, stdout } = await run(["--min-kappa", "0.7"]);
    expect(code).toBe(0);
    expect(stdout).toContain("No κ is under 0.7");
  });

  it("asks the model of the environment", async () => {
    service = await startChatService();
    service.alwaysReplies(() =>
      completion({
        content: JSON.stringify(answerWith({ needs: verdict("uncertain"), rude: verdict("met") })),
      }),
    );
    const env = { LLM_BASE_URL: service.baseUrl, LLM_API_KEY: "key", LLM_MODEL: "model-latest" };
    const { code, stdout } = await run(["--only", "semantic"], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^needs +semantic +3 +0 % +0\.00 +100 %/m);
    expect(stdout).toContain("Model: model-2026-11, 3 requests, 5490 prompt tokens (3072 cached)");
  });

  it("ends with code 1 and the mistake for a κ that is none", async () => {
    const { code, stderr } = await run(["--min-kappa", "high"]);
    expect(code).toBe(1);
    expect(stderr).toContain("a number from -1 to 1");
  });
});
