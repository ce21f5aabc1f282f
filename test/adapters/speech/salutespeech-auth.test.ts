import { describe, expect, it } from "vitest";
import { sha256 } from "../../speech/recordings.ts";
import { clock, credentials, mono, open, requestsTo, sandbox, speech, upload } from "./sber.ts";

describe("access to SaluteSpeech", () => {
  it("asks for one token, however many requests come together", async () => {
    await Promise.all([upload(), upload(), upload()]);
    await upload();
    expect(requestsTo("oauth")).toHaveLength(1);
  });

  it("gets another token before the first one runs out", async () => {
    await upload();
    clock.advance(30 * 60 - 100);
    await upload();
    expect(requestsTo("oauth")).toHaveLength(1);
    clock.advance(15);
    await upload();
    expect(requestsTo("oauth")).toHaveLength(2);
  });

  it("takes the finished key of the cabinet as it is", async () => {
    const key = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString("base64");
    await upload(mono, open({ clientId: "", clientSecret: key }));
    expect(requestsTo("oauth")[0]?.headers.authorization).toBe(`Basic ${key}`);
  });

  it.each([
    ["Sber's own", (nowMs: number) => ({ access_token: "a-token", expires_at: nowMs + 1_800_000 })],
    ["another gateway's, in seconds", (nowMs: number) => ({ tok: "a-token", exp: nowMs / 1000 + 1800 })],
    ["one without an end", () => ({ access_token: "a-token" })],
  ])("reads the token from %s answer and keeps it", async (_name, answer) => {
    sandbox.fail("/oauth", { body: answer(clock.now().getTime()) }, { status: 500 });
    sandbox.fail(
      "/data:upload",
      ...Array(2).fill({ body: { status: 200, result: { request_file_id: "f" } } }),
    );
    await upload();
    clock.advance(20 * 60);
    await upload();
    expect(requestsTo("data:upload").map(({ headers }) => headers.authorization)).toEqual([
      "Bearer a-token",
      "Bearer a-token",
    ]);
  });

  it("replaces a refused token once and repeats the request", async () => {
    const { fileId, format } = await upload();
    sandbox.fail("/speech:async_recognize", { status: 401, body: { status: 401, message: "Unauthorized" } });
    await speech.start(fileId, format);
    expect(requestsTo("oauth")).toHaveLength(2);
    expect(sandbox.started.get(sha256(mono))).toBe(1);
  });

  it("names the variables when a new token is refused too", async () => {
    sandbox.fail("/task:get", { status: 401 }, { status: 401 });
    await expect(speech.result("t-1")).rejects.toMatchObject({
      name: "ConfigurationError",
      code: "speech.unauthorized",
      message: expect.stringMatching(/SBER_OAUTH_CLIENT_ID.*SBER_OAUTH_CLIENT_SECRET/),
    });
  });

  it("leaves an upload to the queue when its old token was refused, and goes on with a new one", async () => {
    await upload();
    clock.advance(20 * 60);
    sandbox.fail("/data:upload", { status: 401 });
    await expect(upload()).rejects.toMatchObject({ name: "VendorError", code: "speech.token_expired" });
    await upload();
    expect(requestsTo("oauth")).toHaveLength(2);
  });

  it("names the variables when an upload is refused with a new token", async () => {
    sandbox.fail("/data:upload", { status: 401 });
    await expect(upload()).rejects.toMatchObject({ name: "ConfigurationError", code: "speech.unauthorized" });
  });

  it("names the variables when the key is wrong, and never the key", async () => {
    const by = open({ clientSecret: "5ecret-5ecret" });
    const error = await upload(mono, by).catch((reason) => reason);
    expect(error).toMatchObject({ name: "ConfigurationError", code: "speech.unauthorized" });
    expect(error.message).toMatch(/SBER_OAUTH_CLIENT_ID, SBER_OAUTH_CLIENT_SECRET and SALUTESPEECH_SCOPE/);
    expect(error.message).not.toContain("5ecret");
  });

  it("names the variables when the scope is not the key's", async () => {
    await expect(upload(mono, open({ scope: "GIGACHAT_API_PERS" }))).rejects.toMatchObject({
      name: "ConfigurationError",
      message: expect.stringContaining("SALUTESPEECH_SCOPE"),
    });
  });

  it.each([
    "http://ngw.devices.sberbank.ru:9443/api/v2/oauth",
    "not an address",
    "ftp://127.0.0.1/",
    "http://127.0.0.1.evil.ru/",
  ])("refuses the address %s", (address) => {
    expect(() => open({ oauthUrl: address })).toThrow(/SALUTESPEECH_OAUTH_URL/);
    expect(() => open({ apiUrl: address })).toThrow(/SALUTESPEECH_API_URL/);
  });

  it("follows no redirect with its token", async () => {
    sandbox.fail("/task:get", { status: 302, headers: { location: `${sandbox.apiUrl}/elsewhere` } });
    await expect(speech.result("t-1")).rejects.toMatchObject({ code: "speech.unreadable_reply" });
    expect(requestsTo("elsewhere")).toEqual([]);
  });
});
