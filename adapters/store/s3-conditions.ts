import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Body, ConditionalWrites, PutOptions, PutResult } from "../../core/ports/store.ts";
import { head, putObject } from "./s3-write.ts";

/**
 * Conditional writes on a host that does not hold the conditions: look, write, and look once more after a while whether the object
 * is still one's own, since of several writers only the last one's stands. Within one process exactly one writer wins, for writes of one key
 * wait for each other. Of two processes both believe to have won when one of them needs longer than `settleMs` between its look and
 * its write; the other one's next conditional write then fails, so that it comes to light.
 */
export interface Emulation {
  put(key: string, body: Body, options: PutOptions, found: ConditionalWrites): Promise<PutResult>;
  /** Any other change of the object, which must not fall between a look and a write. */
  inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
}

export function emulatedConditions(client: () => S3Client, bucket: string, settleMs: number): Emulation {
  const inTurn = turns();

  async function lookAndWrite(
    key: string,
    body: Body,
    { ifAbsent, ifMatch, ...options }: PutOptions,
    found: ConditionalWrites,
  ): Promise<PutResult> {
    const place = { Bucket: bucket, Key: key };
    const before = await head(client(), place);
    if (ifAbsent && before) return lost(body);
    if (ifMatch !== undefined && before?.etag !== ifMatch) return lost(body);
    const owner = randomUUID();
    const put = await putObject(client(), bucket, key, body, {
      ...options,
      owner,
      // Sent along all the same: some hosts hold a condition in part.
      ...(ifAbsent && isTaken(found.ifAbsent) && { ifAbsent }),
      ...(ifMatch !== undefined && isTaken(found.ifMatch) && { ifMatch }),
    });
    if (!put.written) return put;
    await wait(settleMs);
    const after = await head(client(), place);
    const isOurs = after?.owner === undefined ? after?.etag === put.etag : after.owner === owner;
    return isOurs ? put : { written: false };
  }

  return {
    put: (key, body, options, found) => inTurn(key, () => lookAndWrite(key, body, options, found)),
    inTurn,
  };
}

const isTaken = (support: ConditionalWrites["ifMatch"]) => support === "honoured" || support === "ignored";

/** The promise of a write: a body that is not read to its end is closed. */
async function lost(body: Body): Promise<PutResult> {
  if (typeof body === "object" && Symbol.asyncIterator in body) await body[Symbol.asyncIterator]().return?.();
  return { written: false };
}

/** Has work on the same key done one after the other. */
function turns(): Emulation["inTurn"] {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === settled) last.delete(key);
      });
    last.set(key, settled);
    return mine;
  };
}
