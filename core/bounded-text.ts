/** The part of a `Response` that is read here. */
interface Answer {
  body: ReadableStream<Uint8Array> | null;
}

/**
 * The body as text; undefined when it has more than `limitBytes`, counted as they are after unpacking, so that neither an endless answer nor
 * one that is packed a thousand times can fill the memory. What is too long is let go of as soon as that is known.
 */
export async function readBoundedText({ body }: Answer, limitBytes: number): Promise<string | undefined> {
  if (!body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > limitBytes) {
      await reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(value);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
