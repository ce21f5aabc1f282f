import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isSignedBy } from "./s3-signature.ts";

export interface S3Request {
  method: string;
  /** Decoded; "" for requests about the bucket. */
  key: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
}

/** An answer to give instead; `reset`: nothing is done; `lost-answer`: done, and the connection cut; `half-answer`: cut in the middle. */
export type S3Fault =
  | { status: number; code?: string; body?: string; headers?: Record<string, string> }
  | "reset"
  | "lost-answer"
  | "half-answer";

/** What the server makes of the conditions of writes. */
export type S3Conditions =
  | "honoured"
  | "ignored"
  /** 501, as AWS itself answered before August 2024. */
  | "refused"
  /** Some hosts know the older condition only. */
  | "If-Match is ignored"
  /** 304 instead of 412, and a condition about an absent object taken for fulfilled (minio/minio, issues 19442 and 21526). */
  | "like an old MinIO";

interface Kept {
  content: Buffer;
  etag: string;
  metadata: Record<string, string>;
  modifiedAt: Date;
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** As much of S3 as the driver uses, in memory, path style: strict where S3 is strict, and it can be made to fail. */
export async function serveS3({
  bucket = "calls",
  pageSize = 1000,
  exists = true,
  /** How a list writes the ETag that every reply's header has in quotes. */
  listedEtag = (etag: string): string => `<ETag>${escaped(etag)}</ETag>`,
  /** How it spells an ETag in headers. */
  headerEtag = (etag: string): string => etag,
  conditions = "honoured" as S3Conditions,
  /** Of lists: ListObjects does not say where the next page begins; some hosts encode keys without being asked. */
  listing = "V2" as "V2" | "V1" | "V1 without start-after" | "url-encoded",
  /** Keeps what it was told beside an object. */
  keepsMetadata = true,
  /** Refuses requests that are not signed with the secret of their key. */
  secretOf = undefined as ((accessKeyId: string) => string | undefined) | undefined,
} = {}) {
  const objects = new Map<string, Kept>();
  const uploads = new Map<string, { metadata: Record<string, string>; parts: Map<number, Buffer> }>();
  const requests: S3Request[] = [];
  const faults: { when: (request: S3Request) => boolean; fault: S3Fault }[] = [];
  const holding: { when: (request: S3Request) => boolean; pause: () => Promise<void> }[] = [];
  let hasBucket = exists;

  function refused(request: S3Request): Reply | undefined {
    const now = objects.get(request.key);
    const { "if-none-match": ifNoneMatch, "if-match": ifMatch } = request.headers;
    if (conditions === "ignored") return undefined;
    if (conditions === "refused")
      return (ifNoneMatch ?? ifMatch) === undefined ? undefined : failure(501, "NotImplemented");
    const isOld = conditions === "like an old MinIO";
    if (ifNoneMatch === "*" && now) return isOld ? { status: 304 } : failure(412, "PreconditionFailed");
    if (ifMatch === undefined || conditions === "If-Match is ignored") return undefined;
    if (!now) return isOld ? undefined : failure(404, "NoSuchKey");
    return now.etag === ifMatch ? undefined : failure(412, "PreconditionFailed");
  }

  function keep(key: string, content: Buffer, etag: string, metadata: Record<string, string>): void {
    const kept = keepsMetadata ? metadata : {};
    objects.set(key, { content, etag: `"${etag}"`, metadata: kept, modifiedAt: new Date() });
  }

  function put(request: S3Request, body: Buffer): Reply {
    const uploadId = request.query.get("uploadId");
    if (uploadId) {
      uploads.get(uploadId)?.parts.set(Number(request.query.get("partNumber")), body);
      return uploads.has(uploadId) ? { status: 200, headers: { etag: `"${md5(body)}"` } } : noUpload();
    }
    const refusal = refused(request);
    if (refusal) return refusal;
    keep(request.key, body, md5(body), metadataOf(request));
    return { status: 200, headers: { etag: headerEtag(`"${md5(body)}"`) } };
  }

  function complete(request: S3Request): Reply {
    const uploadId = request.query.get("uploadId") ?? "";
    const upload = uploads.get(uploadId);
    if (!upload) return noUpload();
    const refusal = refused(request);
    if (refusal) return refusal;
    const parts = [...upload.parts].sort(([one], [other]) => one - other).map(([, part]) => part);
    const etag = `${md5(Buffer.concat(parts))}-${parts.length}`;
    keep(request.key, Buffer.concat(parts), etag, upload.metadata);
    uploads.delete(uploadId);
    return xml(
      `<CompleteMultipartUploadResult><ETag>&quot;${etag}&quot;</ETag></CompleteMultipartUploadResult>`,
    );
  }

  function list({ query }: S3Request): Reply {
    const from = query.get("continuation-token") ?? "";
    const after = listing === "V1 without start-after" ? "" : (query.get("start-after") ?? "");
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(query.get("prefix") ?? ""))
      .filter((key) => after === "" || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
      .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    const start = from === "" ? 0 : keys.indexOf(from);
    const page = keys.slice(start, start + pageSize);
    const next = keys[start + pageSize];
    const contents = page.map((key) => {
      const object = objects.get(key)!;
      const modifiedAt = object.modifiedAt.toISOString();
      return `<Contents><Key>${escaped(listed(key))}</Key><Size>${object.content.length}</Size><LastModified>${modifiedAt}</LastModified>${listedEtag(object.etag)}</Contents>`;
    });
    const token =
      next === undefined || listing.startsWith("V1")
        ? ""
        : `<NextContinuationToken>${escaped(next)}</NextContinuationToken>`;
    return xml(
      `<ListBucketResult>${listing === "url-encoded" ? "<EncodingType>url</EncodingType>" : ""}<IsTruncated>${next !== undefined}</IsTruncated>${token}${contents.join("")}</ListBucketResult>`,
    );
  }

  function listed(key: string): string {
    return listing === "url-encoded" ? encodeURIComponent(key).replaceAll("%20", "+") : key;
  }

  function answer(request: S3Request, body: Buffer): Reply {
    const { method, key, query } = request;
    if (key === "" && method === "PUT") {
      hasBucket = true;
      return { status: 200 };
    }
    if (!hasBucket) return failure(404, "NoSuchBucket");
    if (key === "") return method === "HEAD" ? { status: 200 } : list(request);
    if (method === "PUT") return put(request, body);
    if (method === "POST" && query.has("uploads")) {
      const uploadId = randomUUID();
      uploads.set(uploadId, { metadata: metadataOf(request), parts: new Map() });
      return xml(
        `<InitiateMultipartUploadResult><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (method === "POST") return complete(request);
    if (method === "DELETE") {
      const uploadId = query.get("uploadId");
      if (uploadId) return uploads.delete(uploadId) ? { status: 204 } : noUpload();
      objects.delete(key);
      return { status: 204 };
    }
    const object = objects.get(key);
    if (!object) return failure(404, "NoSuchKey");
    const headers = {
      etag: headerEtag(object.etag),
      "last-modified": object.modifiedAt.toUTCString(),
      "content-length": String(object.content.length),
      ...object.metadata,
    };
    return { status: 200, headers, body: object.content };
  }

  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", "http://s3");
    const [, inPath, ...segments] = url.pathname.split("/");
    const request: S3Request = {
      method: incoming.method ?? "GET",
      key: segments.map(decodeURIComponent).join("/"),
      query: url.searchParams,
      headers: incoming.headers,
    };
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    requests.push(request);
    await holding.find(({ when }) => when(request))?.pause();
    const at = faults.findIndex(({ when }) => when(request));
    const fault = at < 0 ? undefined : faults.splice(at, 1)[0]?.fault;
    if (fault === "reset") return void incoming.socket.resetAndDestroy();
    if (typeof fault === "object")
      return send(outgoing, fault.body ? { ...fault } : failure(fault.status, fault.code ?? ""));
    const isSigned = secretOf === undefined || isSignedBy(secretOf, incoming, Buffer.concat(chunks));
    const reply = !isSigned
      ? failure(403, "SignatureDoesNotMatch")
      : inPath === bucket
        ? answer(request, Buffer.concat(chunks))
        : failure(404, "NoSuchBucket");
    if (fault === "lost-answer") return void incoming.socket.resetAndDestroy();
    if (fault === "half-answer") {
      outgoing.writeHead(reply.status, reply.headers);
      const half = Buffer.from(reply.body ?? "").subarray(0, 100_000);
      return void outgoing.write(half, () => incoming.socket.resetAndDestroy());
    }
    send(outgoing, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket,
    objects,
    /** Multipart uploads that were begun and neither completed nor aborted. */
    uploads,
    requests,
    /** Those that nothing has met yet. */
    faults,
    /** The next requests of this kind meet these faults, one each. */
    fail(when: (request: S3Request) => boolean, ...list: S3Fault[]) {
      faults.push(...list.map((fault) => ({ when, fault })));
    },
    /** The next request of this kind is not handled before `release`; `held` resolves once it is there. */
    hold(when: (request: S3Request) => boolean) {
      const held = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const entry = {
        when,
        pause: () => {
          holding.splice(holding.indexOf(entry), 1);
          held.resolve();
          return released.promise;
        },
      };
      holding.push(entry);
      return { held: held.promise, release: released.resolve };
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(outgoing: ServerResponse, { status, headers = {}, body = "" }: Reply): void {
  outgoing.writeHead(status, headers);
  outgoing.end(body);
}

function metadataOf({ headers }: S3Request): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function failure(status: number, code: string): Reply {
  return { ...xml(`<Error><Code>${code}</Code><Message>no</Message></Error>`), status };
}

function noUpload(): Reply {
  return failure(404, "NoSuchUpload");
}

function xml(body: string): Reply {
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function md5(content: Buffer): string {
  return createHash("md5").update(content).digest("hex");
}
