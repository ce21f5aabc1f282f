import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { secretNames, withSecretFiles } from "../../local/environment.ts";
import { type Environment, runScript } from "./processes.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-secrets-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function secretFile(content: string | Uint8Array, name = "secret"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function errorOf(action: () => unknown): ConfigurationError {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("no error");
}

describe("a secret out of a file", () => {
  it.each(secretNames)("can be %s", async (name) => {
    const environment = withSecretFiles({ [`${name}_FILE`]: await secretFile("s3cret"), PORT: "1" });
    expect(environment[name]).toBe("s3cret");
    expect(environment.PORT).toBe("1");
    // Neither child processes nor reports of Node's see it.
    expect(process.env[name]).toBeUndefined();
  });

  it.each([
    ["a line break behind it", "s3cret\n"],
    ["Windows' line break and byte order mark", "\ufeffs3cret\r\n"],
    ["nothing around it", "s3cret"],
  ])("may have %s", async (_what, content) => {
    expect(withSecretFiles({ ADMIN_TOKEN_FILE: await secretFile(content) }).ADMIN_TOKEN).toBe("s3cret");
  });

  it("may lie behind a link, as Kubernetes mounts it", async () => {
    await symlink(await secretFile("s3cret"), join(folder, "link"));
    expect(withSecretFiles({ ADMIN_TOKEN_FILE: join(folder, "link") }).ADMIN_TOKEN).toBe("s3cret");
  });

  it("reaches the configuration", async () => {
    const file = await secretFile("https://portal.bitrix24.ru/rest/1/hook/\n");
    const config = readConfig(withSecretFiles({ BITRIX24_WEBHOOK_URL: "", BITRIX24_WEBHOOK_URL_FILE: file }));
    expect(config.bitrix24.webhookUrl).toBe("https://portal.bitrix24.ru/rest/1/hook/");
  });

  it.each([
    ["not there", "absent"],
    ["a folder", "folder"],
  ])("whose file is %s is asked for by name when it is needed, and not before", async (_what, name) => {
    await mkdir(join(folder, "folder"));
    const environment = withSecretFiles({ LLM_API_KEY_FILE: join(folder, name), PORT: "1" });
    expect(readConfig(environment).port).toBe(1);
    const error = errorOf(() => environment.LLM_API_KEY);
    expect(error.message).toBe(
      "LLM_API_KEY_FILE names a file that cannot be read: correct the path, or give the user who runs this the right to read it",
    );
    expect(errorOf(() => ({ ...environment })).message).toBe(error.message);
  });

  it.each([
    ["empty", ""],
    ["blank", " \n\n"],
    ["several lines", "PASSWORD=s3cret\nOTHER=1\n"],
    ["a program", Buffer.from("\x7fELF\0s3cret")],
    ["a book", "s3cret".repeat(4000)],
  ])("whose file is %s is refused without a word of it", async (_what, content) => {
    const environment = withSecretFiles({ TELEGRAM_BOT_TOKEN_FILE: await secretFile(content) });
    const error = errorOf(() => environment.TELEGRAM_BOT_TOKEN);
    expect(error.message).toMatch(/^TELEGRAM_BOT_TOKEN_FILE names a file that does not hold one line/);
    expect(error.message).not.toMatch(/s3cret|ELF/);
  });

  it("is refused beside the same secret as a variable", () => {
    const error = errorOf(() => withSecretFiles({ ADMIN_TOKEN: "a", ADMIN_TOKEN_FILE: "/run/secrets/x" }));
    expect(error.message).toBe("ADMIN_TOKEN and ADMIN_TOKEN_FILE are both set: keep one of them");
  });
});

describe("the programs", () => {
  const start = (env: Environment) => runScript("local/main.ts", [], { cwd: folder, env });
  const cqa = (args: string[], env: Environment) => runScript("local/cqa.mjs", args, { cwd: folder, env });

  it("take secrets out of files that .env names", async () => {
    await secretFile("http://portal.example/rest/1/s3cret/", "webhook");
    await writeFile(join(folder, ".env"), "BITRIX24_WEBHOOK_URL=\nBITRIX24_WEBHOOK_URL_FILE=webhook\n");
    const { code, stdout, stderr } = await start({});
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr: "BITRIX24_WEBHOOK_URL must begin with https://: plain http is for this machine only\n",
    });
  });

  it("stop at the start when the file of any secret cannot be read", async () => {
    const { code, stderr } = await start({ ADMIN_TOKEN_FILE: "absent" });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "ADMIN_TOKEN_FILE names a file that cannot be read: correct the path, or give the user who runs this the right to read it\n",
    });
  });

  it("let a person who may not read the secrets use the commands that need none", async () => {
    const { code, stdout } = await cqa(["status"], { LLM_API_KEY_FILE: "absent", DATA_DIR: folder });
    expect(code).toBe(0);
    expect(stdout).toContain("transcribe");
  });

  it.each([
    [
      "a secret is given twice",
      { ADMIN_TOKEN: "a", ADMIN_TOKEN_FILE: "b" },
      /^ADMIN_TOKEN and .+ keep one of them\n$/,
    ],
    [
      "its file is needed and absent",
      { BITRIX24_WEBHOOK_URL_FILE: "x", TELEGRAM_BOT_TOKEN_FILE: "x" },
      /^TELEGRAM_BOT_TOKEN_FILE names .+\n$/,
    ],
  ])("answer in one sentence when %s", async (_what, env, sentence) => {
    const { code, stderr } = await cqa(["digest"], env as Environment);
    expect(code).toBe(1);
    expect(stderr.replace(/^[^A-Z].*\n/gm, "")).toMatch(sentence);
  });

  it("say that .env cannot be read", async () => {
    await mkdir(join(folder, ".env"));
    await chmod(join(folder, ".env"), 0o700);
    const { code, stderr } = await start({});
    expect({ code, stderr: stderr.trim() }).toEqual({
      code: 1,
      stderr: ".env cannot be read: give the user who starts this the right to read it, or remove it",
    });
  });
});
