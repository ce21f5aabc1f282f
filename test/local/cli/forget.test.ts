import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  digestKey,
  indexRowKey,
  requestedRecordingsPrefix,
  scorecardKey,
  seenUploadKey,
  transcriptKey,
  uploadFingerprint,
  uploadKey,
} from "../../../core/bucket-layout.ts";
import { sha256 } from "../../../core/call.ts";
import { setClock } from "../../../core/clock.ts";
import { exists, readText, writeJson } from "../../../core/store-json.ts";
import { base, closeDeps, configure, settingsOf } from "../../../functions/deps.ts";
import { type ForgetOptions, runForget } from "../../../local/cli/forget.ts";
import { everything, putCallOnItsWay, putWholeCall, SECRET } from "../../functions/ingest/retention-world.ts";
import { callIdOn, callJson, putScored } from "../../functions/report/report-world.ts";
import { makeWorld } from "../../functions/world.ts";
import { runScript } from "../processes.ts";

/** `npx cqa forget` on a folder with calls in it. */

let folder: string;
let printed: string[];
let world: ReturnType<typeof makeWorld>;
const FIRST = callIdOn("2026-11-19", 1);
const SECOND = callIdOn("2026-11-20", 2);
const OTHER = callIdOn("2026-11-20", 3);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-forget-"));
  const clock = setClock("2026-11-21T10:00:00Z");
  configure({ env: { DATA_DIR: join(folder, "data") }, clock });
  const { store } = base();
  world = { ...makeWorld(), store, clock, settingsOf: () => settingsOf("default") };
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  await putWholeCall(world, FIRST);
  await putWholeCall(world, SECOND);
  const other = { clientPhone: "+79995554433", agent: { id: "12", name: "Олег", departments: [] } };
  await putScored(world, OTHER, { summary: "О другом" }, other);
  await writeJson(store, indexRowKey("default", OTHER), { summary: "О другом" });
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  closeDeps();
  await rm(folder, { recursive: true, force: true });
});

const forget = async (callId: string | undefined, options: ForgetOptions = {}) => {
  await runForget(callId, options, configureAgain());
  return printed.join("\n");
};
const configureAgain = () =>
  configure({ env: { DATA_DIR: join(folder, "data") }, clock: setClock("2026-11-21T10:00:00Z") });

it.each(["+7 (999) 000-01-01", "8 999 000 01 01", "9990000101"])(
  "removes every call of a client's phone, however it is written: %s",
  async (client) => {
    await world.store.put(digestKey("default", "2026-11-20"), "О другом и Секрет");
    await world.store.put(digestKey("default", "2026-11-18"), "{}");
    const said = await forget(undefined, { client });
    expect(said).toContain(
      `${FIRST}  removed\n${SECOND}  removed\n2 calls: scores and numbers are left of them. 1 digests`,
    );
    expect(said).not.toContain("9990000101");
    expect(await everything(world)).not.toMatch(SECRET);
    expect(await readText(world.store, scorecardKey("default", FIRST, "first-sale", 1))).toContain(
      '"percent": 72',
    );
    expect(await readText(world.store, scorecardKey("default", OTHER, "first-sale", 1))).toContain(
      "О другом",
    );
    expect(await exists(world.store, digestKey("default", "2026-11-18"))).toBe(true);
  },
);

it("removes an agent's calls and his name, and keeps his number", async () => {
  await forget(undefined, { agent: "11" });
  const rest = await everything(world);
  expect(rest).not.toMatch(SECRET);
  expect(rest).not.toMatch(/Анна/);
  expect(await readText(world.store, indexRowKey("default", FIRST))).toContain('"agentId": "11"');
  expect(rest).toContain("Олег");
});

it("removes one call with the file that it came of, and with files that were sent in for it", async () => {
  const { store } = world;
  const key = "uploads/default/Секретова.mp3";
  const fingerprint = uploadFingerprint(key, sha256("звук"));
  const callId = "20261120-upload-0a1b";
  await store.put(key, "звук");
  await writeJson(store, uploadKey("default", fingerprint), { callId, key });
  await writeJson(store, seenUploadKey("default", key), {});
  const call = callJson(callId, { source: "upload", nativeId: fingerprint, title: "Секретова.mp3" });
  await putScored(world, callId, {}, call);
  await writeJson(
    store,
    indexRowKey("default", callId),
    JSON.parse((await readText(store, indexRowKey("default", FIRST))) ?? ""),
  );
  await store.put(`${requestedRecordingsPrefix("default")}${FIRST} (2).mp3`, "звук");
  expect(await forget(callId)).toContain(`${callId}  removed`);
  expect(await exists(store, key)).toBe(false);
  expect(await exists(store, uploadKey("default", fingerprint))).toBe(false);
  await forget(FIRST);
  expect(await exists(store, `${requestedRecordingsPrefix("default")}${FIRST} (2).mp3`)).toBe(false);
  expect(await exists(store, transcriptKey("default", SECOND))).toBe(true);
});

it("says that nothing was left when it is run again", async () => {
  await forget(FIRST);
  printed.length = 0;
  expect(await forget(FIRST)).toContain(`${FIRST}  nothing was left to remove`);
});

it("leaves a call that is on its way, and says so", async () => {
  const callId = callIdOn("2026-11-20", 9);
  await putCallOnItsWay(world, callId);
  expect(await forget(undefined, { client: "+79990000101" })).toContain(`${callId}  left:`);
  expect(process.exitCode).toBe(1);
  expect(await everything(world)).toContain("Секрет звука");
});

it("only says which calls these are when it is asked to", async () => {
  expect(await forget(undefined, { client: "+79990000101", dryRun: true })).toBe(
    `${FIRST}\n${SECOND}\n2 calls; nothing was removed.`,
  );
  expect(await everything(world)).toMatch(SECRET);
});

it("says that nothing is kept of somebody whom nobody knows", async () => {
  expect(await forget(undefined, { client: "+79001112233" })).toBe("No call is kept of that person.");
});

it.each<[string | undefined, ForgetOptions, string]>([
  [undefined, {}, "cli.malformed"],
  [FIRST, { client: "+79990000101" }, "cli.malformed"],
  [undefined, { client: "Иванов" }, "cli.malformed"],
  ["20261120-bitrix24-NOBODY", {}, "cli.no_call"],
])("refuses what names no call or several people: %s %o", async (callId, options, code) => {
  await expect(forget(callId, options)).rejects.toMatchObject({ code });
  expect(await everything(world)).toMatch(SECRET);
});

it("is a command of the operator's", { timeout: 60_000 }, async () => {
  const env = { DATA_DIR: join(folder, "data") };
  const { stdout, code } = await runScript("local/cqa.mjs", ["forget", FIRST], { cwd: folder, env });
  expect(stdout).toContain(`${FIRST}  removed\n1 calls: scores and numbers are left`);
  expect(stdout).toContain("Not ours to remove");
  expect(code).toBe(0);
});
