import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scorecardKey } from "../core/bucket-layout.ts";
import { ConfigurationError } from "../core/errors.ts";
import { assertSafeKey } from "../core/ports/store.ts";
import { CallScored } from "../events/call-scored.ts";
import { readEvent } from "../events/catalog.ts";
import { ingest } from "../functions/ingest/stage.ts";
import { readChecklistName } from "../local/cli/checklist-versions.ts";
import { ingestWorld } from "./functions/ingest/ingest-world.ts";
import { keysUnder, run } from "./functions/world.ts";
import { runScript } from "./local/processes.ts";
import { openUploads } from "./local/uploads-world.ts";

/** Ids become folders and files. Whoever can name one, in an event, on a command line or in a file, stays inside the bucket. */

const OUTSIDE = [
  "..",
  ".",
  "../../../etc/passwd",
  "a/../../b",
  "/etc/passwd",
  "a\\..\\b",
  "a/b",
  "a\0b",
  "a b",
  "",
];

describe("an event", () => {
  const good = CallScored.create({
    tenant: "default",
    subject: "20261120-bitrix24-A.1",
    time: new Date("2026-11-20T10:00:00Z"),
    data: { scorecardKey: "calls/x/scorecard/a@1.json", checklistId: "a", checklistVersion: 1 },
  });

  it("is read when its names are plain", () => {
    expect(readEvent(good)).toMatchObject({ tenant: "default", subject: good.subject });
  });

  it.each(OUTSIDE)("is not read when its call is %j", (subject) => {
    expect(() => readEvent({ ...good, subject })).toThrow();
  });

  it.each(OUTSIDE)("is not read when its tenant is %j", (tenant) => {
    expect(() => readEvent({ ...good, tenant })).toThrow();
  });

  it.each(["../../../etc/passwd", "a/../../b", "/etc/passwd", "a\\..\\b", "a\0b"])(
    "cannot name a file outside by its checklist %j",
    (checklistId) => {
      const key = scorecardKey("default", good.subject, checklistId, 1);
      expect(() => assertSafeKey(key)).toThrow(RangeError);
    },
  );
});

describe("a notification of the bucket", () => {
  it.each([
    "uploads/../settings/default.json",
    "uploads/./x.mp3",
    "uploads/default/../../calls/x.mp3",
    "uploads/...",
  ])("makes no call of %s", async (key) => {
    const world = ingestWorld();
    const eventTime = "2026-11-20T10:30:00.000Z";
    const record = { eventName: "ObjectCreated:Put", eventTime, s3: { object: { key, eTag: "1" } } };
    expect(await run(ingest, { Records: [record] }, world)).toEqual([]);
    expect(await keysUnder(world.store, "")).toEqual([]);
  });
});

describe("an operator's command", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "call-quality-paths-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const cqa = (...args: string[]) =>
    runScript("local/cqa.mjs", args, { cwd: folder, env: { DATA_DIR: join(folder, "data") } });

  it.each([
    [["show", "../../../etc/passwd"], /the id of a call like 20261120-bitrix24-\S+ is expected/],
    [["swap-roles", "20261120-bitrix24-../../x"], /the id of a call like/],
    [
      ["rescore", "--checklist", "../x@1", "--from", "2026-11-20", "--to", "2026-11-20"],
      /^the name of a checklist is expected/,
    ],
    [["checklist", "publish", "../x@1"], /^the name of a checklist is expected/],
  ])("refuses %j in one sentence", async (args, sentence) => {
    const { code, stdout, stderr } = await cqa(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(sentence);
    expect(stderr.trim()).not.toContain("\n");
    expect(await readdir(folder)).not.toContain("passwd.html");
  });

  it.each([...OUTSIDE, "x@", "../x@1", "x@-1", "x@1.5", "x@99999999999999999999"])(
    "knows no checklist called %j",
    (name) => {
      expect(() => readChecklistName(name)).toThrow("the name of a checklist is expected, like first-sale@2");
      expect(() => readChecklistName(`${name}@1`)).toThrow(ConfigurationError);
    },
  );

  it("knows a checklist by its id, with and without a version", () => {
    expect(readChecklistName("first-sale")).toEqual({ id: "first-sale", version: undefined });
    expect(readChecklistName("first-sale@12")).toEqual({ id: "first-sale", version: 12 });
  });

  it.each([
    ["in the file", "../../x", []],
    ["by an option", "sales", ["--id", ".."]],
  ])("imports no checklist whose id leads outside: %s", async (_where, id, options) => {
    const criteria = [{ id: "a", text: "Поздоровался", check: "semantic" }];
    await writeFile(join(folder, "c.json"), JSON.stringify({ id, version: 1, name: "x", criteria }));
    const { code, stderr } = await cqa("checklist", "import", "c.json", ...options);
    expect(code).toBe(1);
    expect(stderr).toMatch(/a checklist id is 1 to 64 of/);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await readdir(folder)).toEqual(["c.json"]);
  });
});

describe("a link among the uploads", () => {
  it("is announced and read by nobody, whatever it leads to", async () => {
    const uploads = await openUploads();
    const outside = await mkdtemp(join(tmpdir(), "call-quality-outside-"));
    try {
      await writeFile(join(outside, "secret.mp3"), "secret");
      const folder = dirname(await uploads.drop("real.mp3"));
      await symlink(join(outside, "secret.mp3"), join(folder, "a-file.mp3"));
      await symlink(outside, join(folder, "a-folder"));
      await mkdir(join(folder, "b"));
      await symlink("/dev/zero", join(folder, "b", "endless.mp3"));
      uploads.watch();
      expect(await uploads.announcedBefore()).toEqual(["real.mp3"]);
      for (const name of ["a-file.mp3", "a-folder/secret.mp3", "b/endless.mp3"])
        expect(await uploads.store.get(`uploads/default/${name}`)).toBeUndefined();
      expect(uploads.errors).toEqual([]);
    } finally {
      await uploads.close();
      await rm(outside, { recursive: true, force: true });
    }
  });
});
