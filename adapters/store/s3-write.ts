import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { VendorError } from "../../core/errors.ts";
import type { Body, PutOptions, PutResult } from "../../core/ports/store.ts";
import { BodyError, isAbsent, isConditionRefused, notImplemented, statusOf } from "./s3-errors.ts";
import { plainEtag } from "./s3-etag.ts";

const PART_BYTES = 8 * 1024 * 1024;

/** How often a write that met another one in progress is sent again at once. */
const CONFLICT_ATTEMPTS = 4;

interface Request {
  Bucket: string;
  Key: string;
  Metadata: { owner: string };
  ContentType?: string;
  IfNoneMatch?: "*";
  IfMatch?: string;
}

export interface Written extends PutOptions {
  /** Names this write. */
  owner?: string;
}

/** An object as it stands: its etag, and the write that made it. */
export interface Standing {
  etag: string | undefined;
  owner: string | undefined;
}

/**
 * Every write carries a random owner in its metadata. When the answer to a write is lost, the SDK sends it again and
 * its own first attempt makes the condition fail (412), or its upload has already been completed (404): the owner tells
 * that from a lost race.
 */
export async function putObject(
  client: S3Client,
  bucket: string,
  key: string,
  body: Body,
  options: Written,
): Promise<PutResult> {
  const { contentType, ifAbsent, ifMatch, owner = randomUUID() } = options;
  const request: Request = {
    Bucket: bucket,
    Key: key,
    Metadata: { owner },
    ...(contentType && { ContentType: contentType }),
    ...(ifAbsent && { IfNoneMatch: "*" }),
    ...(ifMatch !== undefined && { IfMatch: ifMatch }),
  };
  try {
    if (typeof body === "string" || body instanceof Uint8Array)
      return written(await sendWhole(client, request, Buffer.from(body), options.sizeBytes));
    return written(await sendStreamed(client, request, body, options.sizeBytes));
  } catch (error) {
    return await judge(client, request, error);
  }
}

async function sendWhole(
  client: S3Client,
  request: Request,
  body: Buffer,
  sizeBytes: number | undefined,
): Promise<string | undefined> {
  if (sizeBytes !== undefined && body.length !== sizeBytes) throw wrongSize();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await client.send(new PutObjectCommand({ ...request, Body: body }))).ETag;
    } catch (error) {
      if (statusOf(error) !== 409 || attempt === CONFLICT_ATTEMPTS) throw error;
    }
  }
}

/** In parts, so that memory does not grow with the body; a body that throws leaves neither object nor upload. */
async function sendStreamed(
  client: S3Client,
  request: Request,
  body: AsyncIterable<Uint8Array>,
  sizeBytes: number | undefined,
): Promise<string | undefined> {
  let failure: { error: unknown } | undefined;
  async function* counted(): AsyncGenerator<Uint8Array> {
    // An upload that fails while it holds a chunk throws into this place: that is not the body's error.
    let isHeld = false;
    try {
      let readBytes = 0;
      for await (const chunk of body) {
        readBytes += chunk.length;
        if (sizeBytes !== undefined && readBytes > sizeBytes) throw wrongSize();
        isHeld = true;
        yield chunk;
        isHeld = false;
      }
      if (sizeBytes !== undefined && readBytes !== sizeBytes) throw wrongSize();
    } catch (error) {
      if (!isHeld) failure = { error };
      throw error;
    }
  }
  const source = Readable.from(counted());
  try {
    const upload = new Upload({
      client,
      // The conditions count when the upload is completed; S3 ignores none of them on the way.
      params: { ...request, Body: source },
      partSize: PART_BYTES,
      queueSize: 1,
    });
    return (await upload.done()).ETag;
  } catch (error) {
    // The body's own error is for the caller to judge, whatever came of the attempt to tidy up after it.
    throw failure ? new BodyError(failure.error) : error;
  } finally {
    source.destroy();
  }
}

/** What a refused write means, looked up where the refusal alone does not tell. */
async function judge(client: S3Client, request: Request, error: unknown): Promise<PutResult> {
  const status = statusOf(error);
  const isConditional = request.IfNoneMatch !== undefined || request.IfMatch !== undefined;
  if (isConditional && isConditionRefused(error)) throw notImplemented();
  // Older MinIO answers a condition that fails as it answers one of a GET (minio/minio, issue 19442).
  const isFailed = status === 412 || (isConditional && status === 304);
  const isRefused = status === 409 || isFailed || isAbsent(error);
  if (!isRefused) throw error;
  const now = await head(client, request);
  if (now?.owner === request.Metadata.owner) return written(now.etag);
  if (isFailed) return { written: false };
  const isLost = request.IfNoneMatch ? now !== undefined : request.IfMatch && now?.etag !== request.IfMatch;
  if (isLost) return { written: false };
  if (status === 409)
    throw new VendorError("store.conflict", "the bucket kept reporting another write in progress");
  throw error;
}

export async function head(
  client: S3Client,
  { Bucket, Key }: Pick<Request, "Bucket" | "Key">,
): Promise<Standing | undefined> {
  try {
    const { ETag, Metadata } = await client.send(new HeadObjectCommand({ Bucket, Key }));
    return { etag: ETag && plainEtag(ETag), owner: Metadata?.owner };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function written(etag: string | undefined): PutResult {
  if (!etag) throw new VendorError("store.no_etag", "the bucket's host answered a write without an ETag");
  return { written: true, etag: plainEtag(etag) };
}

function wrongSize(): VendorError {
  return new VendorError(
    "store.size_mismatch",
    "a body was not as long as announced: its source was cut off",
  );
}
