import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Synthesised } from "./synth-program.ts";

export type { Synthesised } from "./synth-program.ts";

const root = join(import.meta.dirname, "../..");
const platform = join(root, ".sst/platform");

/** A complete deployment, as an operator would set it. */
export const environment: Readonly<Record<string, string>> = {
  LLM_BASE_URL: "https://llm.example/v1",
  LLM_MODEL: "some-model",
  SST_SECRET_Bitrix24WebhookUrl: "https://portal.example/rest/1/secret/",
  SST_SECRET_Bitrix24ApplicationToken: "application-token",
  SST_SECRET_SberOauthClientId: "client-id",
  SST_SECRET_SberOauthClientSecret: "client-secret",
  SST_SECRET_LlmApiKey: "llm-key",
  SST_SECRET_TelegramBotToken: "bot-token",
  SST_SECRET_TelegramChatId: "-1001",
};

export interface SynthOptions {
  stage?: string;
  env?: Readonly<Record<string, string>>;
  /** Changes the copy of the project before it is executed. */
  prepare?(project: string): Promise<void>;
}

/**
 * What a deployment would make, of a copy of what it is made of.
 *
 * @throws Error with what the deployment would have said when it stops
 */
export async function synthesise({
  stage = "test",
  env = environment,
  prepare,
}: SynthOptions = {}): Promise<Synthesised> {
  const project = await mkdtemp(join(tmpdir(), "stacks-"));
  try {
    await copyProject(project);
    await prepare?.(project);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, "synth-program.ts"), project, platform, stage],
      { env: { PATH: process.env.PATH ?? "", ...env }, maxBuffer: 100 * 1024 * 1024, timeout: 60_000 },
    );
    return JSON.parse(stdout);
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new Error(said || String(error));
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

async function copyProject(project: string): Promise<void> {
  const copied = ["stacks", "events", "sst.config.ts"];
  for (const name of copied) await cp(join(root, name), join(project, name), { recursive: true });
  // Files that are laid beside the bundles come from anywhere.
  for (const name of await readdir(root))
    if (!copied.includes(name) && !name.startsWith(".") && name !== "certs")
      await symlink(join(root, name), join(project, name));
  await mkdir(join(project, "certs"));
  await writeFile(join(project, "certs/russian-trusted-root-ca.pem"), "a certificate\n");
}
