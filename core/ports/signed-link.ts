/** An ability that some buckets have: whoever holds a link of theirs gets the object from them, without us in between. */
export interface SignedLinks {
  /** An address that opens this one object for so long. It is not asked whether there is one. */
  linkTo(key: string, options: SignedLinkOptions): Promise<string>;
}

export interface SignedLinkOptions {
  /** At most {@link LONGEST_LINK_SEC}: a link that went astray opens what it opens to anybody. */
  forSec: number;
  contentType: string;
  /** The name under which it is saved; letters, digits, dots, dashes. */
  fileName: string;
}

export const LONGEST_LINK_SEC = 600;

/** @throws RangeError for a link that would open too much for too long, or a name that could end its header */
export function assertSignable({ forSec, fileName }: SignedLinkOptions): void {
  if (!Number.isInteger(forSec) || forSec < 1 || forSec > LONGEST_LINK_SEC)
    throw new RangeError(`a link opens an object for 1 to ${LONGEST_LINK_SEC} seconds`);
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(fileName))
    throw new RangeError("the name of a download is made of letters, digits, dots and dashes");
}
