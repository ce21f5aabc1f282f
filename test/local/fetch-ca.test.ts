import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type FetchCaOptions, fetchRussianTrustedCa } from "../../local/fetch-ca.ts";
import { type SandboxServer, serveSandbox } from "../../local/sandbox/server.ts";
import { testAuthority } from "../speech/certificates.ts";

const root = testAuthority("Russian Trusted Root CA");
let directory: string;
let server: SandboxServer;
let served: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fetch-ca-"));
  served = root.certificatePem;
  server = await serveSandbox(() => ({ body: served }));
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const fetchCa = (options: Partial<FetchCaOptions> = {}) =>
  fetchRussianTrustedCa({
    file: join(directory, "certificates", "root.pem"),
    url: `${server.url}/root.crt`,
    fingerprint: root.fingerprint,
    ...options,
  });
const written = () => readFile(join(directory, "certificates", "root.pem"), "utf8");
const certificatesIn = (pem: string) =>
  pem.split(/(?=-----BEGIN)/).map((block) => new X509Certificate(block).fingerprint256);

it("writes the certificate and says what to put into .env", async () => {
  const file = join(directory, "certificates", "root.pem");
  expect(await fetchCa()).toEqual({
    file,
    validTo: new Date(new X509Certificate(root.certificatePem).validTo),
    downloaded: true,
    environmentLine: `SALUTESPEECH_CA_FILE=${file}`,
  });
  expect(certificatesIn(await written())).toEqual([root.fingerprint]);
  expect(await readdir(join(directory, "certificates"))).toEqual(["root.pem"]);
});

it("downloads once", async () => {
  await fetchCa();
  expect(await fetchCa()).toMatchObject({ downloaded: false });
  expect(server.requests).toHaveLength(1);
});

it("checks a file that was saved by hand and leaves it alone", async () => {
  const file = join(directory, "by-hand.crt");
  await writeFile(file, `# saved in a browser\r\n${root.certificatePem.replaceAll("\n", "\r\n")}`);
  expect(await fetchCa({ file })).toMatchObject({
    downloaded: false,
    environmentLine: `SALUTESPEECH_CA_FILE=${file}`,
  });
  expect(server.requests).toEqual([]);
});

it("replaces a file that does not hold the certificate", async () => {
  const file = join(directory, "by-hand.crt");
  await writeFile(file, "<html>Страница не найдена</html>");
  expect(await fetchCa({ file })).toMatchObject({ downloaded: true });
  expect(certificatesIn(await readFile(file, "utf8"))).toEqual([root.fingerprint]);
});

it("takes a bundle, without what the root does not vouch for", async () => {
  const below = root.issueAuthority("Russian Trusted Sub CA");
  const stranger = testAuthority("Russian Trusted Sub CA");
  served =
    stranger.certificatePem + below.certificatePem + root.certificatePem + root.issueServer().certificatePem;
  await fetchCa();
  expect(certificatesIn(await written())).toEqual([root.fingerprint, below.fingerprint]);
});

it.each([
  [
    "another certificate of the same name",
    testAuthority("Russian Trusted Root CA").certificatePem,
    /another certificate/,
  ],
  ["a web page", "<html>Страница не найдена</html>", /did not answer with a certificate/],
  [
    "rubbish in a certificate's frame",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    /did not answer/,
  ],
])("writes nothing when the answer is %s", async (_name, body, message) => {
  served = body;
  await expect(fetchCa()).rejects.toMatchObject({
    code: "speech.wrong_certificate",
    message: expect.stringMatching(message),
  });
  await expect(fetchCa()).rejects.toThrow(/nothing was written/);
  expect(await readdir(directory)).toEqual([]);
});

it("refuses a certificate of another name, whatever its fingerprint", async () => {
  const other = testAuthority("Some Root");
  served = other.certificatePem;
  await expect(fetchCa({ fingerprint: other.fingerprint })).rejects.toMatchObject({
    code: "speech.wrong_certificate",
  });
});

it("pins the fingerprint of the real root by default", async () => {
  await expect(fetchRussianTrustedCa({ file: join(directory, "root.pem"), url: server.url })).rejects.toThrow(
    /D2:6D:2D:02/,
  );
});

it.each([
  ["an error", { status: 404 }],
  ["a broken connection", "reset" as const],
])("says how to do it by hand after %s", async (_name, fault) => {
  server.fail("/root.crt", fault);
  await expect(fetchCa()).rejects.toMatchObject({
    code: "speech.no_certificate",
    message: expect.stringContaining(join(directory, "certificates", "root.pem")),
  });
});
