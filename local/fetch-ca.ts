import { X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { readBoundedText } from "../core/bounded-text.ts";
import { ConfigurationError, VendorError } from "../core/errors.ts";

export interface FetchCaOptions {
  /** Where the PEM is to lie. One that lies there already is only checked. */
  file: string;
  url?: string;
  /** SHA-256 of the certificate's DER, as openssl prints it. */
  fingerprint?: string;
  fetch?: typeof globalThis.fetch;
}

export interface FetchedCa {
  /** Absolute. */
  file: string;
  validTo: Date;
  downloaded: boolean;
  /** The line for `.env`. */
  environmentLine: string;
}

const ROOT_URL = "https://gu-st.ru/content/lending/russian_trusted_root_ca_pem.crt";
// Russian Trusted Root CA, 2022-03-01 to 2032-02-27.
const ROOT_FINGERPRINT =
  "D2:6D:2D:02:31:B7:C3:9F:92:CC:73:85:12:BA:54:10:35:19:E4:40:5D:68:B5:BD:70:3E:97:88:CA:8E:CF:31";
const ROOT_NAME = "Russian Trusted Root CA";

const MAX_CERTIFICATE_BYTES = 1024 * 1024;

/**
 * Fetches the root certificate that Sber's hosts chain to. The pinned fingerprint is what makes it trustworthy, not the
 * place it comes from; whatever does not match it is not written.
 */
export async function fetchRussianTrustedCa(options: FetchCaOptions): Promise<FetchedCa> {
  const { url = ROOT_URL, fingerprint = ROOT_FINGERPRINT, fetch = globalThis.fetch } = options;
  const file = resolve(options.file);
  const present = await readFile(file, "utf8").catch(() => undefined);
  const presentRoot = present === undefined ? undefined : findRoot(certificatesIn(present), fingerprint);
  if (presentRoot) return answer(file, presentRoot, false);

  const certificates = certificatesIn(await download(url, fetch, file));
  const root = findRoot(certificates, fingerprint);
  if (!root)
    throw new ConfigurationError(
      "speech.wrong_certificate",
      certificates.length === 0
        ? `${url} did not answer with a certificate: nothing was written`
        : `${url} answered with another certificate than the ${ROOT_NAME} with SHA-256 ${fingerprint}: nothing was written`,
    );
  // Of a bundle only what the root vouches for is kept: anything else in it would be trusted as well.
  const trusted = certificates.filter((certificate) => certificate !== root && isIssuedBy(certificate, root));
  await writeWhole(file, [root, ...trusted].map(String).join(""));
  return answer(file, root, true);
}

async function download(url: string, fetch: typeof globalThis.fetch, file: string): Promise<string> {
  const byHand = `download it in a browser, save it as ${file} and run this again: it will be checked`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    // Longer than that it is no certificate.
    if (response.ok) return (await readBoundedText(response, MAX_CERTIFICATE_BYTES)) ?? "";
    throw new VendorError("speech.no_certificate", `${url} answered ${response.status}: ${byHand}`);
  } catch (error) {
    if (error instanceof VendorError) throw error;
    throw new VendorError("speech.no_certificate", `${url} cannot be read: ${byHand}`);
  }
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

function findRoot(certificates: X509Certificate[], fingerprint: string): X509Certificate | undefined {
  return certificates.find(
    (certificate) =>
      certificate.fingerprint256 === fingerprint.toUpperCase() &&
      certificate.subject.split("\n").includes(`CN=${ROOT_NAME}`) &&
      certificate.ca,
  );
}

function isIssuedBy(certificate: X509Certificate, root: X509Certificate): boolean {
  return certificate.ca && certificate.checkIssued(root) && certificate.verify(root.publicKey);
}

async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}

function answer(file: string, root: X509Certificate, downloaded: boolean): FetchedCa {
  const environmentLine = `SALUTESPEECH_CA_FILE=${file}`;
  return { file, validTo: new Date(root.validTo), downloaded, environmentLine };
}
