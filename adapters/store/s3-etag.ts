/**
 * One spelling of an ETag, so that what a list shows, what reading gives and what a write answers compare as equal: some hosts leave
 * the quotes out, and a proxy that compresses marks it as weak, which no condition would ever match (RFC 9110, 8.8.3).
 */
export function plainEtag(etag: string): string {
  const strong = etag.replace(/^W\//, "");
  return strong.endsWith('"') ? strong : `"${strong}"`;
}
