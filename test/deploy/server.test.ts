import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { secretNames } from "../../local/environment.ts";

/** The files for a server without Docker: what must agree with the service. */

const root = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFile(join(root, path), "utf8");

const unit = await read("deploy/systemd/call-quality-analyst.service");
const backup = await read("deploy/systemd/call-quality-analyst-backup.service");
const nginx = await read("deploy/nginx.conf");
const caddy = await read("deploy/Caddyfile");
const guide = await read("docs/run-on-a-server.md");
const setting = (text: string, name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1];
const GRACE_SEC = Number(/const GRACE_SEC = (\d+)/.exec(await read("local/service.ts"))?.[1]);
const MAX_WAIT_SEC = Number(/\.max\((\d+)\)/.exec(await read("functions/mcp/tools/score-tools.ts"))?.[1]);
const MAX_BODY_MB = Number(
  /const MAX_BODY_BYTES = (\d+) \* 1024 \* 1024/.exec(await read("local/http.ts"))?.[1],
);

it("names programs that are there", () => {
  for (const text of [unit, backup]) {
    const [node = "", script = ""] = (setting(text, "ExecStart") ?? "").split(" ");
    expect(node).toBe(`${setting(text, "WorkingDirectory")}/node_modules/.bin/node`);
    expect(existsSync(join(root, script)), script).toBe(true);
  }
});

it("gives the service more time to stop than it takes, and starts it again however often it ends", () => {
  expect(Number(setting(unit, "TimeoutStopSec"))).toBeGreaterThan(GRACE_SEC);
  expect(setting(unit, "Restart")).toBe("always");
  expect(setting(unit, "StartLimitIntervalSec")).toBe("0");
});

it("lets the service and its backup write in one folder alone", () => {
  for (const text of [unit, backup]) {
    expect(setting(text, "ProtectSystem")).toBe("strict");
    expect(setting(text, "StateDirectory")).toBe("call-quality-analyst");
    expect(text).not.toMatch(/ReadWritePaths/);
  }
  expect(setting(backup, "ExecStart")).toMatch(/ \/var\/lib\/call-quality-analyst\/backup$/);
});

it("hands credentials over by variables that the service knows", async () => {
  const text = await read("deploy/systemd/credentials.conf");
  const given = [...text.matchAll(/^Environment=([A-Z0-9_]+)_FILE=%d\/(.+)$/gm)];
  expect(given.length).toBeGreaterThanOrEqual(6);
  for (const [, name = "", file = ""] of given) {
    expect(secretNames).toContain(name);
    expect(text).toContain(`LoadCredentialEncrypted=${file}:`);
  }
});

it("lets through the proxies what the service takes, for as long as it takes", () => {
  const [, nginxMb] = /client_max_body_size (\d+)m;/.exec(nginx) ?? [];
  const [, caddyMb] = /max_size (\d+)MB/.exec(caddy) ?? [];
  const [, nginxSec] = /proxy_read_timeout (\d+)s;/.exec(nginx) ?? [];
  const [, caddySec] = /response_header_timeout (\d+)s/.exec(caddy) ?? [];
  expect(MAX_BODY_MB).toBeGreaterThan(0);
  for (const megabytes of [nginxMb, caddyMb]) expect(Number(megabytes)).toBeGreaterThan(MAX_BODY_MB);
  for (const sec of [nginxSec, caddySec]) expect(Number(sec)).toBeGreaterThan(MAX_WAIT_SEC);
});

it("keeps links to recordings out of nginx's log", () => {
  const [, block = ""] = /location \/mcp\/recordings\/ \{([^}]+)\}/.exec(nginx) ?? [];
  expect(block).toContain("access_log off;");
});

it("is what the guide tells of: its files are all named there, and what it names is there", async () => {
  const files = [
    "Caddyfile",
    "nginx.conf",
    ...(await readdir(join(root, "deploy/systemd"))).map((name) => `systemd/${name}`),
  ];
  for (const file of files) expect(guide, file).toContain(`deploy/${file}`);
  for (const [path] of guide.matchAll(/deploy\/[a-zA-Z0-9./-]*[a-zA-Z]/g))
    expect(existsSync(join(root, path)), path).toBe(true);
});

it("tells of secrets under the names that the service knows", () => {
  const told = [...guide.matchAll(/^([A-Z0-9_]+)_FILE=\/etc\/call-quality-analyst\/secrets\/(\S+)$/gm)];
  expect(told.length).toBeGreaterThanOrEqual(6);
  for (const [, name = "", file = ""] of told) {
    expect(secretNames).toContain(name);
    expect(file).toBe(name.toLowerCase().replaceAll("_", "-"));
    expect(guide.split(file).length, `${file} is made before it is named`).toBeGreaterThan(2);
  }
});
