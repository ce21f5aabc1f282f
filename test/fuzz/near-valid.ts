import fc from "fast-check";

/** Generators of what is almost right: a valid example with a few places spoilt, since random bytes never get past the first check. */

const STRINGS = [
  "",
  " ",
  "0",
  "-1",
  "1e999",
  "NaN",
  "Infinity",
  "0x10",
  "1,5",
  "9".repeat(400),
  "null",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "\u0000",
  "a\nb\r\tc",
  "\u007f\u0085\u2028\u2029",
  "\ud83d",
  "\udc00x",
  "\ufffe\uffff",
  "\ufeffтекст",
  "\u202eтекст",
  "и\u0306е\u0308",
  "😀👨‍👩‍👧",
  "%",
  "%E0%A4%A",
  "a+b%20c",
  "<b>&amp;</b><script>",
  "<!doctype html><html><body>502 Bad Gateway</body></html>",
  "'; DROP TABLE calls; --",
  "../../..",
  "..",
  "a/b\\c",
  "https://169.254.169.254/latest",
  "Иван Петрович",
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00+03:00",
  "2026-02-30T25:61:00Z",
  "2026-11-20",
  "9999-12-31T23:59:59-12:00",
  "+275760-09-13T00:00:00.000Z",
  `2026-11-20T10:00:00.${"1".repeat(300)}Z`,
  "слово ".repeat(2000),
  "я".repeat(70_000),
];

const NUMBERS = [
  0,
  -0,
  -1,
  0.5,
  1e-320,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  999_999_999_999,
  1e15,
  1e21,
  1e308,
  -1e308,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
];

/** Any UTF-16 code units, lone surrogates among them. */
const anyString = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  maxLength: 20,
});

export const hostileNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 100 }),
);

export function hostileString(words: readonly string[] = []): fc.Arbitrary<string> {
  const known = fc.constantFrom(...STRINGS);
  return words.length === 0
    ? fc.oneof({ weight: 3, arbitrary: known }, anyString)
    : fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...words) },
        { weight: 3, arbitrary: known },
        anyString,
      );
}

const nested = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.boolean())
  .map(([depth, isList]) => nest(depth, isList));

function nest(depth: number, isList: boolean): unknown {
  let value: unknown = "дно";
  for (let level = 0; level < depth; level++) value = isList ? [value] : { data: value };
  return value;
}

export function hostileValue(words: readonly string[] = []): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 4, arbitrary: hostileString(words) },
    { weight: 4, arbitrary: hostileNumber },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null]) },
    { weight: 1, arbitrary: nested },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  );
}

const WAYS = ["drop", "replace", "retype", "wrap", "twice", "many", "add", "spoil", "cut"] as const;

interface Change {
  at: number;
  how: (typeof WAYS)[number];
  value: unknown;
  key: string;
}

/** One of the examples with up to four places changed; about every third is left as it is. */
export function nearValid(
  examples: readonly unknown[],
  words: readonly string[] = [],
): fc.Arbitrary<unknown> {
  const change: fc.Arbitrary<Change> = fc.record({
    at: fc.nat({ max: 10_000 }),
    how: fc.constantFrom(...WAYS),
    value: hostileValue(words),
    key: hostileString(words),
  });
  const changes = fc.oneof(
    { weight: 1, arbitrary: fc.constant<Change[]>([]) },
    { weight: 2, arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }) },
  );
  return fc
    .tuple(fc.constantFrom(...examples), changes)
    .map(([example, list]) => list.reduce<unknown>(changed, structuredClone(example)))
    .map((value) => (value === DROPPED ? null : value));
}

function changed(value: unknown, change: Change): unknown {
  const paths = [...pathsOf(value, [])];
  return replacedAt(value, paths[change.at % paths.length] ?? [], change);
}

function* pathsOf(value: unknown, path: number[]): Generator<number[]> {
  // Places of one depth count alike, and a nest of hundreds of brackets is no more than itself.
  if (path.length > 12) return;
  yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [index, item] of Object.values(value).slice(0, 200).entries())
    yield* pathsOf(item, [...path, index]);
}

const DROPPED = Symbol("dropped");

function replacedAt(value: unknown, [index, ...rest]: number[], change: Change): unknown {
  if (index === undefined) return changedHere(value, change);
  const entries = Object.entries(value as object).flatMap(([name, item], at) => {
    const made = at === index ? replacedAt(item, rest, change) : item;
    return made === DROPPED ? [] : [[name, made] as const];
  });
  // Own fields even when they are called __proto__.
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

function changedHere(value: unknown, { how, value: other, key, at }: Change): unknown {
  switch (how) {
    case "drop":
      return DROPPED;
    case "replace":
      return other;
    case "retype":
      return retyped(value);
    case "wrap":
      return at % 2 === 0 ? [value] : Object.fromEntries([[key, value]]);
    case "twice":
      return Array.isArray(value) ? [...value, ...value] : value;
    case "many":
      return Array.isArray(value) && value.length > 0 ? Array.from({ length: 30 }, () => value[0]) : other;
    case "add":
      if (Array.isArray(value)) return [...value, other];
      return typeof value === "object" && value !== null
        ? Object.fromEntries([...Object.entries(value), [key, other]])
        : other;
    case "spoil":
      if (typeof value !== "string") return retyped(value);
      return `${value.slice(0, at % (value.length + 1))}${key}${value.slice(at % (value.length + 1))}`;
    case "cut":
      return typeof value === "string" ? value.slice(0, at % (value.length + 1)) : null;
  }
}

/** The same in another type: "1" for 1, 1 for "1", a list for a map. */
function retyped(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return Number.isNaN(Number(value)) ? [...value].slice(0, 5) : Number(value);
  if (Array.isArray(value)) return Object.fromEntries(value.entries());
  return value === null ? {} : Object.values(value as object);
}
