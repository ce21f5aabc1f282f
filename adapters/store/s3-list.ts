import { ListObjectsV2Command, type ListObjectsV2CommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { VendorError } from "../../core/errors.ts";
import { assertSafeKey, type ListedObject } from "../../core/ports/store.ts";
import { translated } from "./s3-errors.ts";
import { plainEtag } from "./s3-etag.ts";

/** Every object under the prefix, page by page. */
export async function* listObjects(
  client: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<ListedObject> {
  let from: { ContinuationToken?: string; StartAfter?: string } | undefined = {};
  let [first, last]: (string | undefined)[] = [];
  while (from) {
    const request = { Bucket: bucket, Prefix: prefix, ...from };
    const page: ListObjectsV2CommandOutput = await translated(() =>
      client.send(new ListObjectsV2Command(request)),
    );
    const keys = (page.Contents ?? []).map(({ Key }) => Key && plainKey(Key, page.EncodingType));
    if (from.StartAfter !== undefined && keys[0] && last && !isAfter(keys[0], last)) throw repeated();
    // A host that knows no such token gives the first page again, and again.
    if (keys[0] && keys[0] === first) throw repeated();
    first = keys[0];
    for (const [index, { Size, LastModified, ETag }] of (page.Contents ?? []).entries()) {
      const key = keys[index];
      if (!key) continue;
      last = key;
      if (!LastModified || !isReadable(key)) continue;
      const listed = { key, sizeBytes: Size ?? 0, modifiedAt: LastModified };
      yield ETag ? { ...listed, etag: plainEtag(ETag) } : listed;
    }
    from = nextPage(page, keys.at(-1));
  }
}

/** A host that knows the first version of the list only says that there is more and not where: after the last key. */
function nextPage({ IsTruncated, NextContinuationToken }: ListObjectsV2CommandOutput, last?: string) {
  if (!IsTruncated) return undefined;
  if (NextContinuationToken) return { ContinuationToken: NextContinuationToken };
  if (last) return { StartAfter: last };
  throw repeated();
}

/** Asked for or not, some hosts encode the keys of a list as a form does. */
function plainKey(key: string, encoding: string | undefined): string {
  if (encoding !== "url") return key;
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
}

function isAfter(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}

function repeated(): VendorError {
  return new VendorError(
    "store.list_repeats",
    "the bucket's host says that there is more to list and does not give it: it lacks ListObjectsV2",
  );
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
