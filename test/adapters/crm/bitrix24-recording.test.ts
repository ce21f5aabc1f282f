import { afterEach, describe, expect, test } from "vitest";
import { bitrix24 } from "../../../adapters/crm/bitrix24.ts";
import { LOGIN_PAGE, type SandboxCall, startBitrix24Sandbox } from "../../../local/sandbox/bitrix24.ts";
import { type SandboxServer, serveSandbox } from "../../../local/sandbox/server.ts";
import { audio, failure, SECRET, TOKEN, world } from "./recording-world.ts";

const open: SandboxServer[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

describe("a download", () => {
  test("is made as the portal wants it, and the secret of the webhook stays here", async () => {
    const { open, hops } = world({});
    expect(await open()).toMatchObject({ sizeBytes: 3, contentType: "audio/mpeg" });
    expect(hops).toHaveLength(1);
    expect(hops[0]?.url).toBe(`https://demo.bitrix24.ru/disk/9079?token=${TOKEN}`);
    expect(hops[0]?.headers).toMatchObject({
      "user-agent": expect.stringMatching(/^CallQualityAnalyst\//),
      accept: "*/*",
      "accept-language": expect.stringContaining("ru"),
      referer: "https://demo.bitrix24.ru/",
    });
    expect(JSON.stringify(hops[0]?.headers)).not.toContain(SECRET);
  });

  test.each<[string, Record<string, string>, object, number | null]>([
    ["the header", { "content-length": "3" }, { SIZE: "3" }, 3],
    ["the header when the Disk disagrees", { "content-length": "5" }, { SIZE: "3" }, 5],
    ["the Disk without a header", {}, { SIZE: 3 }, 3],
    [
      "the Disk when the header counts packed bytes",
      { "content-length": "2", "content-encoding": "gzip" },
      { SIZE: "3" },
      3,
    ],
    ["nobody", {}, {}, null],
    ["nobody when both are broken", { "content-length": "abc" }, { SIZE: "many" }, null],
  ])("has the size that %s says", async (_, headers, stated, sizeBytes) => {
    const file = { DOWNLOAD_URL: "https://demo.bitrix24.ru/f", ...stated };
    const { open } = world({ file, answers: { "demo.bitrix24.ru": () => audio(headers) } });
    expect((await open())?.sizeBytes).toBe(sizeBytes);
  });

  test.each([
    ["Audio/MPEG; charset=binary", "audio/mpeg"],
    ["application/octet-stream", "application/octet-stream"],
    ["text/html; charset=UTF-8", "text/html"],
    ["", null],
  ])("with the content type %j is of the media type %j", async (header, contentType) => {
    const { open } = world({ answers: { "demo.bitrix24.ru": () => audio({ "content-type": header }) } });
    expect((await open())?.contentType).toBe(contentType);
  });

  test.each<[string, Response, object | undefined]>([
    ["404", new Response(null, { status: 404 }), undefined],
    ["410", new Response(null, { status: 410 }), undefined],
    [
      "401",
      new Response(null, { status: 401 }),
      { name: "ConfigurationError", code: "crm.recording_forbidden" },
    ],
    [
      "403",
      new Response(null, { status: 403 }),
      { name: "ConfigurationError", code: "crm.recording_forbidden" },
    ],
    [
      "429",
      new Response(null, { status: 429, headers: { "retry-after": "7" } }),
      { name: "RetryLaterError", afterSec: 7 },
    ],
    ["500", new Response("<html>", { status: 500 }), { name: "VendorError" }],
    ["503", new Response("<html>", { status: 503 }), { name: "VendorError" }],
    ["204", new Response(null, { status: 204 }), { name: "VendorError" }],
    ["206", new Response("I", { status: 206 }), { name: "VendorError" }],
  ])("that is answered with %s ends so", async (_, response, outcome) => {
    const { open } = world({ answers: { "demo.bitrix24.ru": () => response } });
    if (outcome) expect(await failure(open())).toMatchObject(outcome);
    else expect(await open()).toBeUndefined();
  });

  test.each([{}, { DOWNLOAD_URL: "" }, { DOWNLOAD_URL: null }, []])(
    "needs an address in %j",
    async (file) => {
      const { open } = world({ file });
      expect(await failure(open())).toMatchObject({ name: "VendorError", code: "crm.unreadable_reply" });
    },
  );
});

describe("a recording of a portal on this machine", () => {
  const call: SandboxCall = {
    nativeId: "A.1.1",
    callType: "2",
    startedAt: "2026-11-20T10:15:30+03:00",
    durationSec: 30,
    failedCode: "200",
    agentId: "42",
    phone: "+79990000001",
    line: "reg1",
    recording: { file: Buffer.from("ID3 sound") },
  };

  test("may be a login page with status 200, which is handed on as what it is", async () => {
    const sandbox = await startBitrix24Sandbox({ calls: [call] });
    open.push(sandbox);
    const crm = bitrix24({ webhookUrl: sandbox.webhookUrl });
    sandbox.fail("/disk/downloadFile/", LOGIN_PAGE);
    const { recording } = (await crm.findCall("A.1.1"))!;
    const opened = await crm.openRecording(recording!);
    expect(opened?.contentType).toBe("text/html");
    expect(await new Response(opened?.body).text()).toContain("Авторизация");
  });

  test("is reached by the name localhost as well", async () => {
    const sandbox = await startBitrix24Sandbox({ calls: [call] });
    open.push(sandbox);
    const crm = bitrix24({ webhookUrl: sandbox.webhookUrl.replace("127.0.0.1", "localhost") });
    const { recording } = (await crm.findCall("A.1.1"))!;
    const opened = await crm.openRecording(recording!);
    expect(await new Response(opened?.body).text()).toBe("ID3 sound");
  });

  test("may be kept on another port of it, and breaks off where its connection does", async () => {
    const files = await serveSandbox(() => ({ headers: { "content-length": "100" }, body: "ID3" }));
    const sandbox = await startBitrix24Sandbox();
    open.push(files, sandbox);
    const crm = bitrix24({ webhookUrl: sandbox.webhookUrl });
    const opened = await crm.openRecording({ url: `${files.url}/a.mp3` });
    expect(opened?.sizeBytes).toBe(100);
    const reading = new Response(opened?.body).arrayBuffer();
    const broken = expect(reading).rejects.toThrow();
    await files.close();
    await broken;
  });

  test("that cannot be reached passes by itself", async () => {
    const sandbox = await startBitrix24Sandbox({ calls: [call] });
    open.push(sandbox);
    const crm = bitrix24({ webhookUrl: sandbox.webhookUrl });
    sandbox.fail("/disk/downloadFile/", "reset");
    const { recording } = (await crm.findCall("A.1.1"))!;
    expect(await failure(crm.openRecording(recording!))).toMatchObject({
      name: "VendorError",
      code: "crm.unreachable",
    });
  });
});
