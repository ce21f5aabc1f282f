/** JSON with the place of every value, which `JSON.parse` does not tell. */

export interface Position {
  line: number;
  /** As editors count: from 1. */
  column: number;
}

export type Path = readonly PropertyKey[];

export type PlacedJson =
  | {
      value: unknown;
      /** Of the value; of the nearest one around it when there is none. */
      positionOf(path: Path): Position;
      /** Of the name of a field. */
      positionOfKey(path: Path): Position;
      /** Fields that stand twice in one object: the last one counts. */
      repeated: Path[];
    }
  | { mistake: string; position: Position };

/** Nobody nests a checklist deeper; a file of brackets alone must not exhaust the stack. */
const MAX_DEPTH = 64;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON refuses them inside a text
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

const A_VALUE = "a value";
const A_NAME = "the name of a field in double quotes";
const BROKEN_TEXT =
  "this text has a line break, a tab or a lone backslash in it, or its closing quote is missing";

class JsonMistake extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

export function parsePlaced(text: string): PlacedJson {
  const values = new Map<string, number>();
  const keys = new Map<string, number>();
  const repeated: Path[] = [];
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const space = () => {
    take(/[ \t\r\n]*/y);
    if (text.startsWith("//", at) || text.startsWith("/*", at))
      throw new JsonMistake(at, "JSON has no comments: leave it out");
  };
  const fail = (expected: string): never => {
    const found = text[at];
    if (found === undefined) throw new JsonMistake(at, `the file ends where ${expected} is expected`);
    if ("'“”«‘’".includes(found)) throw new JsonMistake(at, 'JSON puts texts in straight double quotes: "…"');
    const isText = found === '"' && (expected === A_VALUE || expected === A_NAME);
    if (isText) throw new JsonMistake(at, BROKEN_TEXT);
    throw new JsonMistake(at, `${expected} is expected before this`);
  };

  const value = (path: Path): unknown => {
    space();
    if (path.length > MAX_DEPTH) throw new JsonMistake(at, "this is nested too deeply");
    values.set(keyOf(path), at);
    if (take(/\{/y)) return object(path);
    if (take(/\[/y)) return list(path);
    const literal = take(STRING) ?? take(NUMBER) ?? take(WORD);
    return literal === undefined ? fail(A_VALUE) : JSON.parse(literal);
  };
  /** After the opening bracket: whatever stands between commas, up to the closing one. */
  const items = (close: RegExp, item: (index: number) => void) => {
    space();
    if (take(close)) return;
    for (let index = 0; ; index++) {
      item(index);
      space();
      if (take(close)) return;
      const comma = at;
      if (!take(/,/y)) fail("a comma or a closing bracket");
      space();
      if (close.test(text[at] ?? ""))
        throw new JsonMistake(comma, "a comma before a closing bracket: leave it out");
    }
  };
  const object = (path: Path): unknown => {
    const fields = new Map<string, unknown>();
    items(/\}/y, () => {
      space();
      const keyAt = at;
      const name: string = JSON.parse(take(STRING) ?? fail(A_NAME));
      if (fields.has(name)) repeated.push([...path, name]);
      keys.set(keyOf([...path, name]), keyAt);
      space();
      if (!take(/:/y)) fail("a colon");
      fields.set(name, value([...path, name]));
    });
    // Also a field called __proto__ becomes a field and nothing else.
    return Object.fromEntries(fields);
  };
  const list = (path: Path): unknown => {
    const entries: unknown[] = [];
    items(/\]/y, (index) => entries.push(value([...path, index])));
    return entries;
  };

  try {
    const whole = value([]);
    space();
    if (at < text.length) fail("the end of the file");
    const find = (places: Map<string, number>, path: Path): Position => {
      for (let length = path.length; length >= 0; length--) {
        const found = places.get(keyOf(path.slice(0, length)));
        if (found !== undefined) return positionIn(text, found);
      }
      return positionIn(text, 0);
    };
    return {
      value: whole,
      positionOf: (path) => find(values, path),
      positionOfKey: (path) => find(keys, path),
      repeated,
    };
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    return { mistake: error.message, position: positionIn(text, error.at) };
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
