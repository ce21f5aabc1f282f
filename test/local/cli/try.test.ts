import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Scorecard } from "../../../core/scorecard.ts";
import { runScript } from "../processes.ts";

const checklist = {
  id: "short",
  version: 1,
  name: "Короткий",
  status: "published",
  criteria: [
    { id: "greeting", text: "Поздоровался", check: "keyword", phrases: [["добрый день"]], weight: 10 },
    { id: "needs", text: "Выяснил задачу", check: "semantic", weight: 20 },
    { id: "listens", text: "Дал говорить", check: "metric", metric: { name: "agentTalkShare", max: 0.9 } },
  ],
};
const transcript = {
  callId: "20261119-upload-1",
  language: "ru",
  durationSec: 12,
  channels: 2,
  source: { name: "salutespeech", model: "callcenter" },
  roles: { by: "channel", confidence: 1 },
  turns: [
    {
      n: 0,
      speaker: "agent",
      channel: 0,
      startSec: 0.5,
      endSec: 2.5,
      text: "Добрый день, «Север-Окна».",
      words: [
        { text: "Добрый", startSec: 0.5, endSec: 1 },
        { text: "день,", startSec: 1, endSec: 1.5 },
        { text: "«Север-Окна».", startSec: 1.5, endSec: 2.5 },
      ],
    },
    {
      n: 1,
      speaker: "client",
      channel: 1,
      startSec: 3,
      endSec: 5,
      text: "Сколько стоит окно?",
      words: [],
    },
  ],
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-try-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function tryOut(checklistText: string, transcriptText: string) {
  await writeFile(join(folder, "чек-лист.json"), checklistText);
  await writeFile(join(folder, "расшифровка.json"), transcriptText);
  return runScript("local/cqa.mjs", ["try", "чек-лист.json", "расшифровка.json"], { cwd: folder });
}

it("prints the scorecard and nothing else, touches nothing, and leaves to a model what only it can judge", async () => {
  // With the byte order mark that some editors write.
  const { code, stdout, stderr } = await tryOut(
    `\ufeff${JSON.stringify(checklist)}`,
    JSON.stringify(transcript),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const scorecard = Scorecard.parse(JSON.parse(stdout));
  expect(scorecard.verdicts.map(({ criterionId, verdict }) => [criterionId, verdict])).toEqual([
    ["greeting", "met"],
    ["needs", "uncertain"],
    ["listens", "met"],
  ]);
  expect(scorecard.verdicts[0]?.evidence[0]?.quote).toContain("Добрый день");
  expect(scorecard).toMatchObject({ callId: "20261119-upload-1", percent: 100, needsReview: true });
  expect((await readdir(folder)).sort()).toEqual(["расшифровка.json", "чек-лист.json"]);
});

it("prints the same for the same, byte for byte", async () => {
  const first = await tryOut(JSON.stringify(checklist), JSON.stringify(transcript));
  const second = await tryOut(JSON.stringify(checklist), JSON.stringify(transcript));
  expect(second.stdout).toBe(first.stdout);
});

it("names every mistake of a checklist with its place", async () => {
  const criteria = [
    { ...checklist.criteria[0], weight: -1 },
    { id: "two words", text: "", check: "semantic" },
  ];
  const result = await tryOut(JSON.stringify({ ...checklist, criteria }), JSON.stringify(transcript));
  expect(result).toMatchObject({ code: 1, stdout: "" });
  const lines = result.stderr.trimEnd().split("\n");
  expect(lines[0]).toBe("чек-лист.json is not as it must be:");
  expect(lines.slice(1).map((line) => line.split(":")[0]?.trim())).toEqual([
    "criteria[0].weight",
    "criteria[1].id",
    "criteria[1].text",
  ]);
});

it("names the place in a transcript, and says of a text that it is no JSON", async () => {
  const broken = await tryOut(
    JSON.stringify(checklist),
    JSON.stringify({ ...transcript, durationSec: "12" }),
  );
  expect(broken).toMatchObject({ code: 1, stdout: "" });
  expect(broken.stderr).toMatch(/^расшифровка\.json is not as it must be:\n {2}durationSec: .+\n$/);
  const text = await tryOut("{", JSON.stringify(transcript));
  expect(text).toMatchObject({ code: 1, stdout: "" });
  expect(text.stderr).toMatch(/^чек-лист\.json is not as it must be:\n .+\n$/);
});
