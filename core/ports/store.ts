/** The bucket: the only store of the product (docs/architecture.md). */
export interface Store {
  /** The object, or undefined. The caller reads `body` to its end or cancels it. */
  get(key: string): Promise<StoredObject | undefined>;
  /**
   * Writes the object whole or not at all; nobody ever sees half of it. A body that throws leaves nothing behind.
   * With `ifAbsent` or `ifMatch` the write is conditional, and a lost race is an answer, not an error.
   */
  put(key: string, body: Body, options?: PutOptions): Promise<PutResult>;
  /** Every object whose key starts with the prefix, in the order of the keys' UTF-8 bytes. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** Removes the object; one that is not there is removed already. */
  delete(key: string): Promise<void>;
}

/** What is asked of a store whose host may take the conditions of writes in its own way; a port of its own. */
export interface HostConditions {
  /** What the host makes of them. The store stands in, as well as it can, for whatever is not honoured. */
  conditionalWrites(): Promise<ConditionalWrites>;
}

export interface ConditionalWrites {
  ifAbsent: ConditionSupport;
  ifMatch: ConditionSupport;
}

/** `ignored`: taken without a word, and written all the same. `refused`: answered with an error. `distrusted`: not asked, because the operator says so. */
export type ConditionSupport = "honoured" | "ignored" | "refused" | "distrusted";

/** The code of the error when the host knows nothing of what was asked, such as the condition of a write. */
export const NOT_IMPLEMENTED = "store.not_implemented";

export type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface PutOptions {
  contentType?: string;
  /** Length of a streamed body where it is known; a body of another length is an error. */
  sizeBytes?: number;
  /** Only when there is no such object yet. */
  ifAbsent?: boolean;
  /** Only when the object still has this etag. An object that is gone is a lost race. */
  ifMatch?: string;
}

export type PutResult = { written: true; etag: string } | { written: false };

export interface StoredObject {
  body: ReadableStream<Uint8Array>;
  sizeBytes: number;
  /** Opaque; changes whenever the content changes. */
  etag: string;
  modifiedAt: Date;
}

export interface ListedObject {
  key: string;
  sizeBytes: number;
  modifiedAt: Date;
  /**
   * The same as `get` gives, where the list shows it and an object appears whole. Absent of a plain folder, where somebody
   * may still be copying the file.
   */
  etag?: string;
}

/** Longest key that every driver takes, in UTF-8 bytes (S3's limit). */
export const MAX_KEY_BYTES = 1024;

/**
 * Refuses keys that could leave the bucket or mean two things on two drivers: empty segments, `.` and `..`,
 * a leading or trailing slash, backslashes, control characters. Anything else a person would type is fine.
 */
export function assertSafeKey(key: string): void {
  const segments = key.split("/");
  const unsafe =
    key.length === 0 ||
    new TextEncoder().encode(key).length > MAX_KEY_BYTES ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    /[\u0000-\u001f\u007f\\]/u.test(key) ||
    !key.isWellFormed() ||
    segments.some((segment) => segment === "" || segment === "." || segment === "..");
  // The key itself stays out of the message: a file name can hold a client's name.
  if (unsafe) throw new RangeError("a bucket key must be a relative path of plain segments");
}
