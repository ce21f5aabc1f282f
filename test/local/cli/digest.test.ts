import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesStore } from "../../../adapters/store/files.ts";
import { indexRowKey } from "../../../core/bucket-layout.ts";
import type { CallRow } from "../../../core/call-row.ts";
import { writeJson } from "../../../core/store-json.ts";
import { judged, rowOf } from "../../core/report-rows.ts";
import { runScript } from "../processes.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-digest-"));
  const criteria = [judged("needs", "not_met")];
  await put(
    rowOf({ day: "2026-11-16", agentId: "1", agentName: "Анна Соколова", percent: 80, criteria }),
    rowOf({ day: "2026-11-20", agentId: "1", agentName: "Анна Соколова", percent: 60, criteria }),
    rowOf({ day: "2026-11-20", agentId: "2", agentName: "Анна Сокол", percent: 40 }),
    rowOf({ day: "2026-11-02", agentId: "3", agentName: "Пётр", percent: 50 }),
  );
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(...rows: CallRow[]) {
  const store = filesStore({ directory: join(folder, "data", "bucket") });
  for (const row of rows) await writeJson(store, indexRowKey("default", row.callId), row);
}

async function digest(...args: string[]) {
  const env = { DATA_DIR: join(folder, "data"), TELEGRAM_BOT_TOKEN: "off" };
  const { code, stdout, stderr } = await runScript("local/cqa.mjs", ["digest", ...args], {
    cwd: folder,
    env,
  });
  return { code, text: stdout, stderr, lines: stdout.split("\n") };
}

const reports = () => readdir(join(folder, "data", "bucket", "reports", "default")).catch(() => []);

describe("cqa digest", { timeout: 60_000 }, () => {
  it.each([
    [["--day", "2026-11-20"], "Сводка за 20 ноября, пятница", "Оценено 2 из 2 звонков"],
    [["--week", "2026-W47"], "Сводка за неделю, 16–22 ноября", "Оценено 3 из 3 звонков"],
    [["--month", "2026-11"], "Сводка за ноябрь 2026 года", "Оценено 4 из 4 звонков"],
    [
      ["--from", "2026-11-01", "--to", "2026-11-16"],
      "Сводка за период, 1–16 ноября",
      "Оценено 2 из 2 звонков",
    ],
  ])("prints the digest of %o, and only that", async (period, title, counts) => {
    const { code, stderr, lines } = await digest(...period, "--print");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(lines.map((line) => line.replaceAll("\u2009", ""))).toEqual(
      expect.arrayContaining([title, counts]),
    );
    expect(await reports()).toEqual([]);
  });

  it("keeps the digest that it does not only print", async () => {
    expect(await digest("--week", "2026-W47")).toMatchObject({
      code: 0,
      stderr: "TELEGRAM_BOT_TOKEN is off: the digest was not sent\n",
    });
    expect(await reports()).toEqual(["2026-W47"]);
  });

  it("prints what one agent could practise", async () => {
    const { code, text } = await digest("--week", "2026-W47", "--agent", "соколова", "--print");
    expect(code).toBe(0);
    expect(text).toMatch(/^Анна Соколова: 16.22 ноября\n/);
    expect(text).toContain("Над чем поработать\nТекст needs — замечания в 2 из 2 звонков");
  });

  it("asks which agent is meant", async () => {
    const several = await digest("--week", "2026-W47", "--agent", "анна", "--print");
    expect(several).toMatchObject({
      code: 1,
      text: "",
      stderr:
        "several agents are called so, give the whole name or the id:\n  2  Анна Сокол\n  1  Анна Соколова\n",
    });
    const nobody = await digest("--day", "2026-11-16", "--agent", "Пётр", "--print");
    expect(nobody).toMatchObject({
      code: 1,
      stderr: "no agent of that name has calls in this time; these have:\n  1  Анна Соколова\n",
    });
  });

  it.each([
    [["--week", "2026-47"], "a week like 2026-W47 is expected."],
    [["--week", "2026-W60"], "a week like 2026-W47 is expected."],
    [["--month", "2026-13"], "a month like 2026-11 is expected."],
    [["--day", "2026-11-20", "--month", "2026-11"], "name one period"],
    [["--to", "2026-11-20"], "name one period"],
    [["--from", "2026-11-20", "--to", "2026-11-19"], "the period goes from its first day to its last"],
  ])("answers %o with one sentence", async (args, sentence) => {
    const { code, text, stderr } = await digest(...args, "--print");
    expect({ code, text }).toEqual({ code: 1, text: "" });
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
