import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { callKey, checklistKey, publishedKey, scorecardKey } from "../../../core/bucket-layout.ts";
import { markDone } from "../../../core/claim.ts";
import { readText, writeJson } from "../../../core/store-json.ts";
import { base, closeDeps, configure } from "../../../functions/deps.ts";
import { CALL_ID, checklist, reviewWorld } from "../../core/review-world.ts";
import { type Environment, runScript } from "../processes.ts";

/** `npx cqa appeal`, `appeals`, `resolve` and `evaluate --from-appeals` on a folder with one call in it. */

let folder: string;
let env: Environment;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-appeal-"));
  env = { DATA_DIR: join(folder, "data") };
  configure({ env });
  const { store, clock } = base();
  const world = await reviewWorld();
  for (const key of [
    callKey("default", CALL_ID),
    checklistKey("default", "first-sale", 1),
    scorecardKey("default", CALL_ID, "first-sale", 1),
  ])
    await writeJson(store, key, JSON.parse((await readText(world.store, key)) ?? ""));
  const scored = { checklistId: "first-sale", checklistVersion: 1 };
  await markDone(store, clock, publishedKey("default", CALL_ID, "scoring"), scored);
});

afterEach(async () => {
  closeDeps();
  await rm(folder, { recursive: true, force: true });
});

const cqa = (...args: string[]) => runScript("local/cqa.mjs", args, { cwd: folder, env });

it("takes an appeal, lists it, decides it and has the call announced", { timeout: 60_000 }, async () => {
  expect(checklist.criteria.map(({ id }) => id)).toContain("rude");
  const made = await cqa("appeal", CALL_ID, "rude", "--reason", "Клиент шутил.", "--by", "Анна");
  expect(made.stdout).toBe(`${CALL_ID}: rude is appealed against; it was judged not_met\n`);
  // The supervisor is asked as by the bot.
  expect((await base().queue.stats("report")).visible).toBe(1);
  const listed = await cqa("appeals");
  expect(listed.stdout).toContain(`${CALL_ID}  first-sale@1  rude: not_met`);
  expect(listed.stdout).toContain("Анна: Клиент шутил.");
  const decided = await cqa("resolve", CALL_ID, "rude", "--accept", "met");
  expect(decided.stdout).toContain("the appeal against rude is accepted\nscore 0 → 50");
  expect((await base().queue.stats("report")).visible).toBe(3);
  expect((await cqa("appeals")).stdout).toBe("no open appeals\n");
  const agreement = await cqa("evaluate", "--from-appeals");
  expect(agreement.stdout).toMatch(/first-sale +rude +1 +0 +1 +0/);
});

it.each<[string, string[], RegExp]>([
  [
    "a verdict that there is not",
    ["rude", "--accept", "partly"],
    /^--accept is to be one of met, not_met, not_applicable$/,
  ],
  [
    "a criterion that there is not",
    ["манеры", "--accept", "met"],
    /^no such criterion; there are greeting, needs, price, rude$/,
  ],
  ["what nobody appealed", ["rude", "--reject"], /^nobody has appealed against rude$/],
  ["neither of both", ["rude"], /^either --accept <verdict> or --reject is to be given$/],
])("answers %s with one sentence", async (_what, args, sentence) => {
  const { code, stdout, stderr } = await cqa("resolve", CALL_ID, ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr.trimEnd()).toMatch(sentence);
});
