/** Something is wrong with what the caller asked for. The message says what to do about it; it may repeat what was asked. */
export class CallerError extends Error {
  override readonly name = "CallerError";
}
