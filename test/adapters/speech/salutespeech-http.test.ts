import { describe, expect, it } from "vitest";
import { open, sandbox, speech, stereoFormat, upload } from "./sber.ts";

describe("what SaluteSpeech's refusals mean", () => {
  const json = (status: number) => ({ status, body: { status, message: "Иванов +79990000000" } });

  it.each([
    [400, "PermanentError", "speech.rejected_audio"],
    [402, "ConfigurationError", "speech.no_money"],
    [403, "ConfigurationError", "speech.forbidden"],
    [413, "PermanentError", "recording.too_large"],
    [422, "PermanentError", "speech.undecodable"],
    [429, "RetryLaterError", "speech.rate_limited"],
    [503, "VendorError", "speech.unavailable"],
  ])("%i is a %s", async (status, name, code) => {
    sandbox.fail("/data:upload", json(status));
    const error = await upload().catch((reason) => reason);
    expect(error).toMatchObject({ name, code });
    expect(error.message).not.toContain("Иванов");
  });

  it("are read from the envelope when HTTP says 200", async () => {
    sandbox.fail("/data:upload", { status: 200, body: { status: 402, message: "no package" } });
    await expect(upload()).rejects.toMatchObject({ code: "speech.no_money" });
  });

  it("say which variable is wrong", async () => {
    sandbox.fail("/data:upload", json(402), json(403));
    await expect(upload()).rejects.toThrow(/SBER_OAUTH_CLIENT_ID/);
    await expect(upload()).rejects.toThrow(/SALUTESPEECH_SCOPE/);
  });

  it("wait half a minute when no time is given", async () => {
    sandbox.fail("/speech:async_recognize", json(429));
    await expect(speech.start("file", stereoFormat)).rejects.toMatchObject({ afterSec: 30 });
    sandbox.fail("/oauth", { status: 429, headers: { "retry-after": "7" } });
    await expect(open().result("t")).rejects.toMatchObject({ code: "speech.rate_limited", afterSec: 7 });
  });

  it.each([400, 404, 422])("do not write a call off for a gateway's page with %i", async (status) => {
    const page = { status, headers: { "content-type": "text/html" }, body: "<html>nginx</html>" };
    sandbox.fail("/data:upload", page);
    await expect(upload()).rejects.toMatchObject({ name: "VendorError", code: "speech.unreadable_reply" });
    sandbox.fail("/task:get", page);
    await expect(speech.result("t-1")).rejects.toMatchObject({ name: "VendorError" });
  });

  it.each([
    ["HTML", { body: "<html>maintenance</html>" }],
    ["nothing", { body: "" }],
    ["another shape", { body: { status: 200, result: "queued" } }],
    ["bytes that are no UTF-8", { body: Buffer.from('{"result":{"status":"\xe4\xe0"}}', "latin1") }],
    ["a reset", "reset" as const],
  ])("are never seen in %s instead of a status", async (_name, fault) => {
    sandbox.fail("/task:get", fault);
    await expect(speech.result("t-1")).rejects.toMatchObject({ name: "VendorError" });
  });
});
