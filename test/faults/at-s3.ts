import { s3Store } from "../../adapters/store/s3.ts";
import type { HostConditions, Store } from "../../core/ports/store.ts";
import { type S3Fault, type S3Request, serveS3 } from "../adapters/store/s3-server.ts";
import { type Play, told } from "./play.ts";

/** How a bucket of S3 is made to fail. */

type S3Server = Awaited<ReturnType<typeof serveS3>>;
type When = (request: S3Request) => boolean;

export const writing =
  (part: string): When =>
  ({ method, key }) =>
    method === "PUT" && key.includes(part);
export const reading =
  (part: string): When =>
  ({ method, key }) =>
    method === "GET" && key.includes(part);
export const claimOf =
  (what: string): When =>
  (request) =>
    writing(`published/${what}`)(request) && request.headers["if-none-match"] === "*";
export const doneOf =
  (what: string): When =>
  (request) =>
    writing(`published/${what}`)(request) && request.headers["if-match"] !== undefined;

export const slowDown: S3Fault = { status: 503, code: "SlowDown" };
export const internalError: S3Fault = { status: 500, code: "InternalError" };

/** A play on a bucket of S3 that fails so. The SDK repeats a request twice by itself. */
export async function onS3(fault: (server: S3Server) => void, more: Partial<Play> = {}): Promise<string> {
  const server = await serveS3();
  try {
    const sentence = await told({ store: storeOn(server), ...more, fault: () => fault(server) });
    if (server.faults.length > 0) throw new Error(`${server.faults.length} faults were never met`);
    return sentence;
  } finally {
    await server.close();
  }
}

export function storeOn({ bucket, endpoint }: S3Server): Store {
  return s3Store({ bucket, endpoint, credentials: { accessKeyId: "key", secretAccessKey: "secret" } });
}

/** As the service opens it: what the host lacks is emulated. */
export function probedStoreOn({ bucket, endpoint }: S3Server): Store & HostConditions {
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  return s3Store({ bucket, endpoint, credentials, conditionalWrites: "probe", settleMs: 1 });
}

export const meets =
  (when: When, faults: S3Fault[], more: Partial<Play> = {}) =>
  () =>
    onS3((server) => server.fail(when, ...faults), more);

/** Every request of this kind fails until somebody mends it an hour later. */
export function untilMended(when: When, fault: S3Fault) {
  return async () => {
    const server = await serveS3();
    try {
      return await told({
        store: storeOn(server),
        fault: () => server.fail(when, ...Array.from({ length: 3000 }, () => fault)),
        mend: { afterSec: 3600, how: () => void server.faults.splice(0) },
      });
    } finally {
      await server.close();
    }
  };
}

export const thrice = (fault: S3Fault): S3Fault[] => [fault, fault, fault];
