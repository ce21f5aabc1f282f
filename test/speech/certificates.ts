import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";

export interface Issued {
  certificatePem: string;
  keyPem: string;
  fingerprint: string;
}

export interface TestAuthority extends Issued {
  /** A certificate for 127.0.0.1 and localhost. */
  issueServer(): Issued;
  /** An authority below this one. */
  issueAuthority(commonName: string): Issued;
}

/** A certificate authority of its own, made on the spot: X.509 v3 in DER by hand (RFC 5280 §4.1), ECDSA on P-256. */
export function testAuthority(commonName: string): TestAuthority {
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issue = (
    subject: string,
    key: { publicKey: KeyObject; privateKey: KeyObject },
    isAuthority: boolean,
  ) =>
    issued(
      certificate({
        subject,
        publicKey: key.publicKey,
        issuer: commonName,
        signWith: own.privateKey,
        isAuthority,
      }),
      key.privateKey,
    );
  return {
    ...issue(commonName, own, true),
    issueServer: () => issue("localhost", generateKeyPairSync("ec", { namedCurve: "P-256" }), false),
    issueAuthority: (name) => issue(name, generateKeyPairSync("ec", { namedCurve: "P-256" }), true),
  };
}

function issued(der: Buffer, privateKey: KeyObject): Issued {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  const certificatePem = `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  return {
    certificatePem,
    keyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    fingerprint: new X509Certificate(certificatePem).fingerprint256,
  };
}

interface CertificateRequest {
  subject: string;
  publicKey: KeyObject;
  issuer: string;
  signWith: KeyObject;
  isAuthority: boolean;
}

function certificate({ subject, publicKey, issuer, signWith, isAuthority }: CertificateRequest): Buffer {
  const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"));
  const validity = sequence(utcTime(Date.now() - 3_600_000), utcTime(Date.now() + 86_400_000));
  const extensions = isAuthority
    ? // basicConstraints, critical: CA.
      sequence(
        objectId("551d13"),
        der(0x01, Buffer.from([0xff])),
        octets(sequence(der(0x01, Buffer.from([0xff])))),
      )
    : // subjectAltName: a DNS name and an address.
      sequence(
        objectId("551d11"),
        octets(sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])))),
      );
  const content = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name(issuer),
    validity,
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extensions)),
  );
  const signature = sign("sha256", content, signWith);
  return sequence(content, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const integer = (value: Buffer) => der(0x02, value);
const octets = (value: Buffer) => der(0x04, value);
const objectId = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const name = (commonName: string) =>
  sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(commonName)))));
const utcTime = (atMs: number) =>
  der(0x17, Buffer.from(`${new Date(atMs).toISOString().replace(/\D/g, "").slice(2, 14)}Z`));
