import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { saluteSpeech } from "../../../adapters/speech/salutespeech.ts";
import { type TestAuthority, testAuthority } from "../../speech/certificates.ts";

// Sber's hosts chain to an authority that Node does not know; here one made for the test stands for it.

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Answers like SaluteSpeech with a running task, behind a certificate of the authority. */
async function sber(authority: TestAuthority) {
  const { certificatePem, keyPem } = authority.issueServer();
  const server = createServer({ cert: certificatePem, key: keyPem }, (request, response) => {
    const isOAuth = request.url?.endsWith("/oauth");
    const body = isOAuth ? { access_token: "t" } : { status: 200, result: { id: "t-1", status: "RUNNING" } };
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    open: (caPem?: string) =>
      saluteSpeech({
        clientId: "id",
        clientSecret: "secret",
        scope: "SALUTE_SPEECH_PERS",
        oauthUrl: `${url}/api/v2/oauth`,
        apiUrl: `${url}/rest/v1`,
        ...(caPem !== undefined && { caPem }),
      }),
  };
}

const untrusted = {
  name: "ConfigurationError",
  code: "speech.untrusted_certificate",
  message: expect.stringMatching(/npx cqa fetch-ca.*SALUTESPEECH_CA_FILE/),
};

it("refuses a server of an unknown authority and says how to trust it", async () => {
  const { open } = await sber(testAuthority("Unknown Root"));
  await expect(open().result("t-1")).rejects.toMatchObject(untrusted);
});

it("trusts the authority that it was given", async () => {
  const authority = testAuthority("Own Root");
  const { open } = await sber(authority);
  expect(await open(authority.certificatePem).result("t-1")).toEqual({ state: "running" });
});

it("refuses the same name under another authority", async () => {
  const { open } = await sber(testAuthority("Unknown Root"));
  await expect(open(testAuthority("Own Root").certificatePem).result("t-1")).rejects.toMatchObject(untrusted);
});

it("trusts the authority for itself alone: another host of it stays refused elsewhere", async () => {
  const authority = testAuthority("Own Root");
  const { open } = await sber(authority);
  await open(authority.certificatePem).result("t-1");
  const other = await sber(authority);
  await expect(fetch(other.url)).rejects.toMatchObject({
    cause: { code: expect.stringMatching(/CERT|LEAF_SIGNATURE/) },
  });
  await expect(other.open().result("t-1")).rejects.toMatchObject(untrusted);
});
