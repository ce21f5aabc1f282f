import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { bitrix24 } from "../../../adapters/crm/bitrix24.ts";
import { failure, PUBLIC, REFUSED, redirect, SECRET, TOKEN, world } from "./recording-world.ts";

describe("the address of a recording", () => {
  test.each([
    ["https://demo.bitrix24.ru/a.mp3", "demo.bitrix24.ru"],
    ["https://demo.bitrix24.ru./a.mp3", "demo.bitrix24.ru"],
    ["/bitrix/tools/crm_show_file.php?fileId=1&auth=x", "demo.bitrix24.ru"],
    ["https://cdn-ru.bitrix24.ru/a.mp3", "cdn-ru.bitrix24.ru"],
    ["https://pbx.example.com/a.mp3", "pbx.example.com"],
    ["https://pbx.example.com:8443/a.mp3", "pbx.example.com"],
    ["https://records.example.net/a.mp3", "records.example.net"],
  ])("may be %s", async (url, host) => {
    const { open, looked, hops } = world({
      allowed: ["pbx.example.com", "pbx.example.com:8443", "*.example.net"],
    });
    expect(await open({ url })).toMatchObject({ contentType: "audio/mpeg" });
    expect(looked).toEqual([host]);
    // The portal alone is told where the request comes from.
    expect(hops[0]?.headers.referer).toBe(
      host === "demo.bitrix24.ru" ? "https://demo.bitrix24.ru/" : undefined,
    );
  });

  test.each([
    "https://evil.example.org/a.mp3",
    "https://demo.bitrix24.ru.evil.example.org/a.mp3",
    "https://evilbitrix24.ru/a.mp3",
    "https://bitrix24.ru/a.mp3",
    "https://demo.bitrix24.com/a.mp3",
    "https://demo.bitrix24.ru:8443/a.mp3",
    "https://demo.bitrix24.ru@evil.example.org/a.mp3",
    "https://user:password@demo.bitrix24.ru/a.mp3",
    "http://demo.bitrix24.ru/a.mp3",
    "//evil.example.org/a.mp3",
    "https://pbx.example.com:8444/a.mp3",
    "https://127.0.0.1/a.mp3",
    "http://127.0.0.1/a.mp3",
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    "https://",
  ])("may not be %s", async (url) => {
    const { open, hops, looked } = world({ allowed: ["pbx.example.com"] });
    expect(await failure(open({ url }))).toMatchObject(REFUSED);
    expect({ hops, looked }).toEqual({ hops: [], looked: [] });
  });

  test("is not believed from the portal's Disk either", async () => {
    const { open, hops } = world({ file: { DOWNLOAD_URL: "https://evil.example.org/a.mp3" } });
    expect(await failure(open())).toMatchObject(REFUSED);
    expect(hops).toEqual([]);
  });

  test("has no neighbours to trust when the portal is on a company's own domain", async () => {
    const { open } = world({ host: "crm.example.com" });
    expect(await open({ url: "https://crm.example.com/a.mp3" })).toBeDefined();
    expect(await failure(open({ url: "https://files.example.com/a.mp3" }))).toMatchObject(REFUSED);
  });

  test.each(["10.0.0.5", "169.254.169.254", "127.0.0.1", "::1", "fd00:ec2::254", "::ffff:10.0.0.5"])(
    "may not lead to %s, however public its name looks",
    async (address) => {
      const { open, hops } = world({
        allowed: ["pbx.example.com"],
        addresses: { "pbx.example.com": [PUBLIC, address] },
      });
      expect(await failure(open({ url: "https://pbx.example.com/a.mp3" }))).toMatchObject(REFUSED);
      expect(hops).toEqual([]);
    },
  );

  test("is the operator's matter when the portal itself is inside a private network", async () => {
    const { open, hops } = world({ host: "crm.example.com", addresses: { "crm.example.com": ["10.0.0.5"] } });
    expect(await failure(open({ url: "/a.mp3" }))).toMatchObject({
      name: "ConfigurationError",
      code: "crm.inner_address",
    });
    expect(hops).toEqual([]);
  });

  test("may have a name that is not found just now", async () => {
    const lookup = () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "EAI_AGAIN" }));
    const crm = bitrix24({ webhookUrl: `https://demo.bitrix24.ru/rest/1/${SECRET}/`, lookup });
    const error = await failure(crm.openRecording({ url: "/a.mp3" }));
    expect(error).toMatchObject({ name: "VendorError", code: "crm.unreachable" });
    expect(String(error)).toContain("EAI_AGAIN");
  });

  test("is checked again at the moment of the connection", async () => {
    let connections = 0;
    const inside = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
    const { port } = inside.address() as { port: number };
    const answers = [[PUBLIC], ["127.0.0.1"]];
    const crm = bitrix24({
      webhookUrl: `https://portal.example.com:${port}/rest/1/${SECRET}/`,
      lookup: async () => answers.shift() ?? ["127.0.0.1"],
    });
    expect(await failure(crm.openRecording({ url: "/a.mp3" }))).toMatchObject({ code: "crm.unreachable" });
    expect(answers).toEqual([]);
    expect(connections).toBe(0);
    await new Promise((resolve) => inside.close(resolve));
  });
});

describe("a redirect of a download", () => {
  const start = `https://demo.bitrix24.ru/disk/9079?token=${TOKEN}`;

  test.each([301, 302, 303, 307, 308])(
    "with %i leads from the portal to its storage, which is not told of the portal",
    async (status) => {
      const { open, hops, looked } = world({
        answers: { [start]: redirect("https://storage.example.org/a?sig=1", status) },
      });
      expect(await open()).toMatchObject({ contentType: "audio/mpeg" });
      expect(hops.map(({ url }) => url)).toEqual([start, "https://storage.example.org/a?sig=1"]);
      expect(hops[1]?.headers.referer).toBeUndefined();
      expect(looked).toEqual(["demo.bitrix24.ru", "storage.example.org"]);
    },
  );

  test("may be relative", async () => {
    const { open, hops } = world({ answers: { [start]: redirect("../other?x=1") } });
    await open();
    expect(hops[1]?.url).toBe("https://demo.bitrix24.ru/other?x=1");
  });

  test.each([
    "http://storage.example.org/a",
    "https://10.0.0.5/a",
    "https://[::ffff:169.254.169.254]/a",
    "http://127.0.0.1:8080/a",
    "https://localhost/a",
    "https://user:password@storage.example.org/a",
    "https://inside.example.org/a",
  ])("does not lead to %s", async (location) => {
    const { open, hops } = world({
      answers: { [start]: redirect(location) },
      addresses: { "inside.example.org": ["192.168.0.7"] },
    });
    expect(await failure(open())).toMatchObject(REFUSED);
    expect(hops).toHaveLength(1);
  });

  test("from the storage leads to the same storage, and nowhere else", async () => {
    const first = redirect("https://storage.example.org/a");
    const within = world({ answers: { [start]: first, "https://storage.example.org/a": redirect("/b") } });
    expect(await within.open()).toBeDefined();
    const beyond = world({
      answers: { [start]: first, "https://storage.example.org/a": redirect("https://third.example.net/") },
    });
    expect(await failure(beyond.open())).toMatchObject(REFUSED);
  });

  test("from a listed host does not lead beyond the list", async () => {
    const { open } = world({
      allowed: ["pbx.example.com"],
      answers: { "pbx.example.com": redirect("https://storage.example.org/a") },
    });
    expect(await failure(open({ url: "https://pbx.example.com/a" }))).toMatchObject(REFUSED);
  });

  test.each([
    ["nowhere", undefined, 1],
    ["in a circle", start, 6],
  ])("that leads %s ends", async (_, location, requests) => {
    const { open, hops } = world({ answers: { [start]: redirect(location) } });
    expect(await failure(open())).toMatchObject({ name: "VendorError", code: "crm.failed" });
    expect(hops).toHaveLength(requests);
  });
});
