import { Readable } from "node:stream";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { VendorError } from "../../core/errors.ts";
import { assertSafeKey, type Store } from "../../core/ports/store.ts";
import { isAbsent, isNamed, statusOf, translated } from "./s3-errors.ts";
import { putObject } from "./s3-write.ts";

export interface S3StoreOptions {
  bucket: string;
  /** Any S3-compatible host; AWS itself when there is none. */
  endpoint?: string | undefined;
  region?: string | undefined;
  /** Without them the SDK looks where it always does: environment, profile, the function's role. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
  /** The bucket in the path instead of the host's name; by default for every endpoint that is not AWS. */
  forcePathStyle?: boolean | undefined;
}

/** A bucket of AWS or of any S3-compatible host. Needs s3:ListBucket: without it S3 calls an absent object forbidden. */
export function s3Store(options: S3StoreOptions): Store {
  const { bucket } = options;
  let made: S3Client | undefined;
  const client = () => {
    made ??= new S3Client(clientConfig(options));
    return made;
  };

  return {
    async get(key) {
      assertSafeKey(key);
      return translated(async () => {
        const reply = await client()
          .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
          .catch((error: unknown) => {
            if (!isAbsent(error)) throw error;
          });
        if (!reply) return undefined;
        const { Body, ContentLength, ETag, LastModified } = reply;
        if (!(Body instanceof Readable) || ContentLength === undefined || !ETag || !LastModified)
          throw new VendorError("store.incomplete_reply", "the bucket's host left out size, time or ETag");
        return { body: streamOf(Body), sizeBytes: ContentLength, etag: ETag, modifiedAt: LastModified };
      });
    },

    async put(key, body, putOptions = {}) {
      assertSafeKey(key);
      return translated(() => putObject(client(), bucket, key, body, putOptions));
    },

    async *list(prefix) {
      let token: string | undefined;
      do {
        const request = { Bucket: bucket, Prefix: prefix, ...(token && { ContinuationToken: token }) };
        const page = await translated(() => client().send(new ListObjectsV2Command(request)));
        for (const { Key, Size, LastModified, ETag } of page.Contents ?? []) {
          if (Key === undefined || !LastModified || !isReadable(Key)) continue;
          const listed = { key: Key, sizeBytes: Size ?? 0, modifiedAt: LastModified };
          yield ETag ? { ...listed, etag: quoted(ETag) } : listed;
        }
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token);
    },

    async delete(key) {
      assertSafeKey(key);
      await translated(async () => {
        try {
          await client().send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
        } catch (error) {
          if (!isAbsent(error)) throw error;
        }
      });
    },
  };
}

/** Creates the bucket where there is none: for the local service, whose S3 host may just have been started. */
export async function ensureBucket(options: S3StoreOptions): Promise<void> {
  const client = new S3Client(clientConfig(options));
  const bucket = { Bucket: options.bucket };
  try {
    await translated(async () => {
      try {
        await client.send(new HeadBucketCommand(bucket));
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        await client.send(new CreateBucketCommand(bucket)).catch((refusal: unknown) => {
          // Somebody was quicker.
          if (!isNamed(refusal, "BucketAlreadyOwnedByYou")) throw refusal;
        });
      }
    });
  } finally {
    client.destroy();
  }
}

function clientConfig({ endpoint, region, credentials, forcePathStyle }: S3StoreOptions): S3ClientConfig {
  const isAws = !endpoint || /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
  return {
    ...(endpoint && { endpoint }),
    ...(region && { region }),
    // Most other hosts take any region, but the SDK does not do without one.
    ...(!region && !isAws && { region: "us-east-1" }),
    ...(credentials && { credentials }),
    forcePathStyle: forcePathStyle ?? !isAws,
    // Other hosts do not know the checksums that the SDK adds by itself.
    ...(!isAws && {
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    }),
    // Both are unlimited by default: a host that falls silent would hold a worker for good.
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 120_000 },
  };
}

/** The body as a web stream; cancelling it, even unread, gives the connection back. */
function streamOf(body: Readable): ReadableStream<Uint8Array> {
  // A connection that breaks before anybody reads is noticed by the first read.
  body.on("error", () => undefined);
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return ReadableStream.from<Uint8Array>({
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          return await chunks.next();
        } catch {
          throw new VendorError(
            "store.interrupted",
            "the bucket's connection broke while an object was read",
          );
        }
      },
      async return() {
        body.destroy();
        return { done: true, value: undefined };
      },
    }),
  });
}

/** In a header an ETag always has its quotes; some hosts list it without. */
function quoted(etag: string): string {
  return etag.endsWith('"') ? etag : `"${etag}"`;
}

/** Consoles make "folders", empty objects whose key ends in a slash: no key of ours. */
function isReadable(key: string): boolean {
  try {
    assertSafeKey(key);
    return true;
  } catch {
    return false;
  }
}
