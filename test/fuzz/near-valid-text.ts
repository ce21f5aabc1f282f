import fc from "fast-check";
import { hostileString, nearValid } from "./near-valid.ts";

/** A near-valid value as JSON, and now and then what is not JSON any more. */
export function nearValidText(
  examples: readonly unknown[],
  words: readonly string[] = [],
): fc.Arbitrary<string> {
  const text = nearValid(examples, words).map((value) => JSON.stringify(value) ?? "");
  return fc.oneof({ weight: 3, arbitrary: text }, { weight: 2, arbitrary: spoiltText(text, words) });
}

const DAMAGES = [
  (text: string, _piece: string, at: number) => text.slice(0, at),
  (text: string, piece: string, at: number) => `${text.slice(0, at)}${piece}${text.slice(at)}`,
  (text: string) => `\ufeff${text}`,
  (text: string) => `${text}${text}`,
  (text: string, piece: string) => `<html>${piece}${text}</html>`,
  // The same field once more, with another value: the last one counts.
  (text: string, piece: string) => text.replace("{", () => `{${JSON.stringify(piece)}:1,`),
  (text: string, piece: string) => text.replace(/"[^"]*":/, (key) => `${key}${JSON.stringify(piece)},${key}`),
  (text: string) => text.replace(/\d+/, "1e999"),
  (text: string) => text.replaceAll(/\d+/g, "-0"),
  (text: string) => text.replaceAll('"', "'"),
  (text: string) => text.replace(/"[^"]*"/, "NaN"),
  (text: string) => text.replace(/"([^"]*)"/, '"\\ud800$1"'),
  (text: string) => JSON.stringify(text),
  (text: string) => `${"[".repeat(5000)}${text}`,
  (text: string) => `${"[".repeat(3000)}${text}${"]".repeat(3000)}`,
  (_text: string, piece: string) => piece,
];

export function spoiltText(text: fc.Arbitrary<string>, words: readonly string[] = []): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.constantFrom(...DAMAGES), hostileString(words), fc.nat({ max: 20_000 }))
    .map(([whole, damage, piece, at]) => damage(whole, piece, at % (whole.length + 1)));
}

/** The text in UTF-8 mostly, else in another encoding, or with bytes of its own changed. A failure prints it as text. */
export function bytesOf(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const encodings = ["utf8", "utf16le", "latin1"] as const;
  const bytes = fc.oneof(
    { weight: 6, arbitrary: text.map((whole) => Buffer.from(whole)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, fc.constantFrom(...encodings))
        .map(([whole, encoding]) => Buffer.from(whole, encoding)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.nat({ max: 20_000 }))
        .map(([whole, bytes, at]) => {
          const buffer = Buffer.from(whole);
          buffer.set(bytes.subarray(0, buffer.length), at % Math.max(1, buffer.length - 3));
          return buffer;
        }),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
  return bytes.map((buffer) =>
    Object.defineProperty(buffer, fc.toStringMethod, {
      value: () => JSON.stringify(buffer.toString("utf8")),
    }),
  );
}
