import { describe, expect, test } from "vitest";
import { bitrix24 } from "../../../adapters/crm/bitrix24.ts";
import { bitrix24Rest } from "../../../adapters/crm/bitrix24-rest.ts";
import { ConfigurationError } from "../../../core/errors.ts";
import { serveSandbox } from "../../../local/sandbox/server.ts";

const SECRET = "s3cretInThePath";

describe("the address of the inbound webhook", () => {
  test.each([
    "https://demo.bitrix24.ru/rest/1/abc123/",
    "https://demo.bitrix24.ru/rest/1/abc123",
    " https://demo.bitrix24.ru/rest/1/abc123/profile.json\n",
    "https://crm.example.com:8443/portal/rest/17/abc123/",
    "http://127.0.0.1:3000/rest/1/abc123/",
    "http://localhost/rest/1/abc123/",
    "http://[::1]:3000/rest/1/abc123/",
  ])("may be %j", async (webhookUrl) => {
    const asked: string[] = [];
    const fetch = async (url: unknown) => {
      asked.push(String(url));
      return Response.json({ result: [] });
    };
    await bitrix24Rest({ webhookUrl, fetch: fetch as typeof globalThis.fetch }).call("user.get", {});
    expect(asked).toEqual([
      expect.stringMatching(/^https?:\/\/[^/]+(\/portal)?\/rest\/\d+\/abc123\/user\.get\.json$/),
    ]);
  });

  test.each([
    "",
    "demo.bitrix24.ru",
    "demo.bitrix24.ru/rest/1/abc123/",
    "https://demo.bitrix24.ru/",
    "https://demo.bitrix24.ru/rest/abc123/",
    "https://demo.bitrix24.ru/rest/api/1/abc123/",
    "https://user:abc123@demo.bitrix24.ru/rest/1/abc123/",
    "ftp://demo.bitrix24.ru/rest/1/abc123/",
    "http://demo.bitrix24.ru/rest/1/abc123/",
    "http://10.0.0.1/rest/1/abc123/",
  ])("may not be %j, which is said at once and without the secret", (webhookUrl) => {
    let error: unknown;
    try {
      bitrix24({ webhookUrl });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toContain("BITRIX24_WEBHOOK_URL");
    expect(String(error)).not.toContain("abc123");
  });
});

describe("a portal that has moved", () => {
  /** Plays several hosts; a host that was not named does not answer. */
  function hosts(answers: Record<string, (url: URL) => Response>) {
    const asked: { url: string; init: RequestInit }[] = [];
    const fetch = async (input: unknown, init: RequestInit) => {
      const url = new URL(String(input));
      asked.push({ url: url.href, init });
      return answers[url.host]?.(url) ?? Promise.reject(new TypeError("fetch failed"));
    };
    return { asked, fetch: fetch as typeof globalThis.fetch };
  }
  const redirectTo = (location: string | null) => () =>
    new Response(null, { status: 302, headers: location === null ? {} : { location } });
  const path = `/rest/1/${SECRET}/user.get.json`;

  test("within its zone of the cloud is asked once more under its new name, by POST", async () => {
    const { asked, fetch } = hosts({
      "old.bitrix24.ru": redirectTo(`https://new.bitrix24.ru${path}`),
      "new.bitrix24.ru": () => Response.json({ result: [{ ID: "42" }] }),
    });
    const rest = bitrix24Rest({ webhookUrl: `https://old.bitrix24.ru/rest/1/${SECRET}/`, fetch });
    expect((await rest.call("user.get", { ID: "42" }))?.result).toEqual([{ ID: "42" }]);
    expect(asked.map(({ url }) => url)).toEqual([
      `https://old.bitrix24.ru${path}`,
      `https://new.bitrix24.ru${path}`,
    ]);
    for (const { init } of asked) {
      expect(init).toMatchObject({ method: "POST", redirect: "manual", body: '{"ID":"42"}' });
    }
  });

  test.each([
    ["old.bitrix24.ru", "https://evil.example.net/"],
    ["old.bitrix24.ru", "https://bitrix24.ru.evil.example.net/"],
    ["old.bitrix24.ru", "https://new.bitrix24.ru@evil.example.net/"],
    ["old.bitrix24.ru", "https://new.bitrix24.com/"],
    ["old.bitrix24.ru", "https://a.new.bitrix24.ru/"],
    ["old.bitrix24.ru", "https://new.bitrix24.ru:8443/"],
    ["old.bitrix24.ru", "http://new.bitrix24.ru/"],
    ["old.bitrix24.ru", "https://evilbitrix24.ru/"],
    ["old.bitrix24.ru", "/auth/?backurl=/rest/"],
    ["old.bitrix24.ru", "https://127.0.0.1/"],
    ["old.bitrix24.ru", null],
    ["crm.example.com", "https://new.example.com/"],
    ["crm.example.com", "https://new.bitrix24.ru/"],
  ])("from %s to %s is not shown the secret", async (host, location) => {
    const { asked, fetch } = hosts({ [host]: redirectTo(location) });
    const rest = bitrix24Rest({ webhookUrl: `https://${host}/rest/1/${SECRET}/`, fetch });
    const error = await rest.call("user.get", {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: "crm.moved" });
    expect(String(error)).not.toContain(SECRET);
    expect(asked).toHaveLength(1);
  });

  test("twice is not followed a second time", async () => {
    const { asked, fetch } = hosts({
      "old.bitrix24.ru": redirectTo(`https://new.bitrix24.ru${path}`),
      "new.bitrix24.ru": redirectTo(`https://newer.bitrix24.ru${path}`),
    });
    const rest = bitrix24Rest({ webhookUrl: `https://old.bitrix24.ru/rest/1/${SECRET}/`, fetch });
    await expect(rest.call("user.get", {})).rejects.toMatchObject({ code: "crm.moved" });
    expect(asked).toHaveLength(2);
  });

  test("on this machine is followed to another port of it", async () => {
    const present = await serveSandbox(() => ({ body: { result: "here" } }));
    const location = `${present.url}/rest/1/${SECRET}/x`;
    const former = await serveSandbox(() => ({ status: 302, headers: { location } }));
    const rest = bitrix24Rest({ webhookUrl: `${former.url}/rest/1/${SECRET}/` });
    expect(await rest.call("user.get", {})).toMatchObject({ result: "here" });
    expect(present.requests.map(({ method, path }) => [method, path])).toEqual([
      ["POST", `/rest/1/${SECRET}/user.get.json`],
    ]);
    await Promise.all([present.close(), former.close()]);
  });
});
