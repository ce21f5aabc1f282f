import { Readable } from "node:stream";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { VendorError } from "../../core/errors.ts";
import {
  assertSafeKey,
  type ConditionalWrites,
  type HostConditions,
  type PutOptions,
  type Store,
} from "../../core/ports/store.ts";
import { probeConditionalWrites } from "../../core/store-probe.ts";
import { emulatedConditions } from "./s3-conditions.ts";
import { clientConfig, isAwsEndpoint, type S3ConnectionOptions } from "./s3-connection.ts";
import { isAbsent, isNamed, statusOf, translated } from "./s3-errors.ts";
import { plainEtag } from "./s3-etag.ts";
import { listObjects } from "./s3-list.ts";
import { putObject } from "./s3-write.ts";

export interface S3StoreOptions extends S3ConnectionOptions {
  bucket: string;
  /**
   * `trust`: the host holds the conditions of writes. `probe`: it is tried before the first conditional write, and what it does not
   * hold is emulated; AWS is trusted. `emulate`: it does not hold them.
   */
  conditionalWrites?: "trust" | "probe" | "emulate";
  /** How long an emulated condition waits before it looks who has won. */
  settleMs?: number;
}

const SETTLE_MS = 300;

/** A bucket of AWS or of any S3-compatible host. Needs s3:ListBucket: without it S3 calls an absent object forbidden. */
export function s3Store(options: S3StoreOptions): Store & HostConditions {
  const { bucket, settleMs = SETTLE_MS } = options;
  let made: S3Client | undefined;
  let found: Promise<ConditionalWrites> | undefined;
  let isLacking = false;
  const client = () => {
    made ??= new S3Client(clientConfig(options));
    return made;
  };

  const emulation = emulatedConditions(client, bucket, settleMs);

  function conditionalWrites(): Promise<ConditionalWrites> {
    found ??= supportOf(options, {
      put: (key, body, putOptions = {}) =>
        translated(() => putObject(client(), bucket, key, body, putOptions)),
      delete: remove,
    });
    found.then(
      (support) => {
        isLacking = support.ifAbsent !== "honoured" || support.ifMatch !== "honoured";
      },
      // A failure is not remembered: the host may be there at the next try.
      () => {
        found = undefined;
      },
    );
    return found;
  }

  /** What is to be emulated; undefined where the host does what is asked. */
  async function lacking({ ifAbsent, ifMatch }: PutOptions): Promise<ConditionalWrites | undefined> {
    if (!ifAbsent && ifMatch === undefined) return undefined;
    const support = await conditionalWrites();
    const isHeld =
      (!ifAbsent || support.ifAbsent === "honoured") &&
      (ifMatch === undefined || support.ifMatch === "honoured");
    return isHeld ? undefined : support;
  }

  /** Where conditions are emulated, nothing may happen to an object between a look and a write. */
  function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    return isLacking ? emulation.inTurn(key, work) : work();
  }

  function remove(key: string): Promise<void> {
    return translated(async () => {
      try {
        await client().send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    });
  }

  return {
    conditionalWrites,

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
        return {
          body: streamOf(Body),
          sizeBytes: ContentLength,
          etag: plainEtag(ETag),
          modifiedAt: LastModified,
        };
      });
    },

    async put(key, body, putOptions = {}) {
      assertSafeKey(key);
      const support = await lacking(putOptions);
      return translated(() =>
        support
          ? emulation.put(key, body, putOptions, support)
          : inTurn(key, () => putObject(client(), bucket, key, body, putOptions)),
      );
    },

    list: (prefix) => listObjects(client(), bucket, prefix),

    async delete(key) {
      assertSafeKey(key);
      await inTurn(key, () => remove(key));
    },
  };
}

async function supportOf(
  { conditionalWrites = "trust", endpoint }: S3StoreOptions,
  raw: Pick<Store, "put" | "delete">,
): Promise<ConditionalWrites> {
  if (conditionalWrites === "emulate") return { ifAbsent: "distrusted", ifMatch: "distrusted" };
  if (conditionalWrites === "trust" || isAwsEndpoint(endpoint))
    return { ifAbsent: "honoured", ifMatch: "honoured" };
  return probeConditionalWrites(raw);
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
