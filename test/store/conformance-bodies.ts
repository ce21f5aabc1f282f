/** Chunks of an uneven size, the same ones every time; then, if given, an error. */
export async function* streamOf(sizeBytes: number, error?: Error): AsyncGenerator<Uint8Array> {
  const CHUNK = 65_521;
  for (let at = 0; at < sizeBytes; at += CHUNK)
    yield new Uint8Array(Math.min(CHUNK, sizeBytes - at)).fill((at / CHUNK) % 251);
  if (error) throw error;
}
