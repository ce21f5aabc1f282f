import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Whether a request carries the signature that its secret makes of it, in a header or in its address (AWS docs, "Signature Version 4"). */
export function isSignedBy(
  secretOf: (accessKeyId: string) => string | undefined,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): boolean {
  const { pathname, searchParams } = new URL(url ?? "/", "http://s3");
  const isLink = searchParams.has("X-Amz-Signature");
  const [, credential, names, signature] = isLink
    ? ["", ...["Credential", "SignedHeaders", "Signature"].map((name) => searchParams.get(`X-Amz-${name}`))]
    : (/^AWS4-HMAC-SHA256 Credential=(.+), SignedHeaders=(.+), Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? "",
      ) ?? []);
  const date = isLink ? searchParams.get("X-Amz-Date") : headers["x-amz-date"];
  if (!credential || !names) return false;
  // From the right: what stands before belongs to the key's id.
  const [terminator = "", service = "", region = "", day = "", ...id] = credential.split("/").reverse();
  const secret = secretOf(id.reverse().join("/"));
  const bodyHash = isLink ? "UNSIGNED-PAYLOAD" : sha256(body);
  if (secret === undefined || (!isLink && headers["x-amz-content-sha256"] !== bodyHash)) return false;

  const query = [...searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${uriEncoded(name)}=${uriEncoded(value)}`)
    .sort()
    .join("&");
  const signed = names.split(";");
  const canonical = [
    method,
    pathname.split("/").map(decodeURIComponent).map(uriEncoded).join("/"),
    query,
    ...signed.map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    names,
    bodyHash,
  ].join("\n");
  const scope = [day, region, service, terminator].join("/");
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = [day, region, service, terminator].reduce<Buffer>(
    (made, part) => createHmac("sha256", made).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  return createHmac("sha256", key).update(text).digest("hex") === signature;
}

function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** All but the unreserved characters of RFC 3986. */
function uriEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
