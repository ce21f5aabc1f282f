import { createHash, randomUUID } from "node:crypto";
import { trialPrefix } from "../core/bucket-layout.ts";
import { describeError } from "../core/describe-error.ts";
import { VendorError } from "../core/errors.ts";
import type { ConditionalWrites, Store } from "../core/ports/store.ts";
import { readText } from "../core/store-json.ts";
import { describeConditionalWrites, probeRace } from "../core/store-probe.ts";

/** What was tried, and what came of it in words. */
export interface Trial {
  what: string;
  outcome: "works" | "emulated" | "fails";
  note?: string;
}

/** More than one part of an upload. */
const LARGE_BYTES = 9 * 1024 * 1024;
const WRITERS = 20;
/** Names as people give them, in the order in which a bucket lists them. */
const NAMES = ["100% + скидка #1.mp3", "a+b c%20d.mp3", "Звонок «Ёлка».mp3"];

/**
 * Tries all that the product asks of a bucket, under a folder of its own of which nothing is left. Ends early when nothing can be
 * written at all.
 */
export async function* tryStore(
  store: Store,
  conditionalWrites: () => Promise<ConditionalWrites>,
): AsyncGenerator<Trial> {
  // Without a dot in front: the embedded bucket does not list hidden files.
  const folder = trialPrefix(randomUUID());
  const one = `${folder}one.json`;
  const trials: [string, () => Promise<void>][] = [
    ["write", async () => void (await store.put(one, "first"))],
    ["read", () => expectText(store, one, "first", "what was written is read back differently")],
    [
      "overwrite",
      async () => {
        await store.put(one, "second");
        await expectText(store, one, "second", "what was overwritten is still read as it was");
      },
    ],
    ["list", () => tryList(store, folder)],
    ["large upload", () => tryLarge(store, `${folder}large`)],
    [
      "delete",
      async () => {
        await store.delete(one);
        if ((await readText(store, one)) !== undefined) throw wrong("what was removed is still there");
      },
    ],
  ];
  try {
    for (const [what, run] of trials) {
      const note = await problemOf(run);
      yield note === undefined ? { what, outcome: "works" } : { what, outcome: "fails", note };
      if (note !== undefined && what === "write") return;
    }
    yield await tryConditions(store, conditionalWrites);
  } finally {
    await clear(store, folder);
  }
}

async function tryList(store: Store, folder: string): Promise<void> {
  const keys = NAMES.map((name) => `${folder}list/${name}`);
  for (const key of keys) await store.put(key, key);
  const listed: string[] = [];
  for await (const { key } of store.list(`${folder}list/`)) listed.push(key);
  if (listed.length !== keys.length || !keys.every((key) => listed.includes(key)))
    throw wrong("names with spaces, plus signs or Cyrillic letters are not listed as they are");
  for (const key of keys)
    await expectText(store, key, key, "names with spaces or Cyrillic letters are not found");
}

async function tryLarge(store: Store, key: string): Promise<void> {
  const put = await store.put(key, largeBody(), { sizeBytes: LARGE_BYTES });
  const object = await store.get(key);
  if (!object || !put.written) throw wrong("an upload in parts did not become an object");
  const hash = createHash("sha256");
  for await (const chunk of object.body) hash.update(chunk);
  const expected = createHash("sha256");
  for await (const chunk of largeBody()) expected.update(chunk);
  if (hash.digest("hex") !== expected.digest("hex"))
    throw wrong("an upload in parts is read back differently");
  if (object.etag !== put.etag) throw wrong("reading gives another ETag than writing");
}

async function* largeBody(): AsyncGenerator<Uint8Array> {
  const CHUNK = 64 * 1024;
  for (let at = 0; at < LARGE_BYTES; at += CHUNK) yield new Uint8Array(CHUNK).fill((at / CHUNK) % 251);
}

async function tryConditions(
  store: Store,
  conditionalWrites: () => Promise<ConditionalWrites>,
): Promise<Trial> {
  const what = "conditional writes";
  try {
    const { state, meaning } = describeConditionalWrites(await conditionalWrites());
    const winners = await probeRace(store, WRITERS);
    if (winners !== 1) {
      const note = `of ${WRITERS} writers at once ${winners} were told that they had won: set S3_CONDITIONAL_WRITES=emulate and run ONE process on this bucket`;
      return { what, outcome: "fails", note };
    }
    return meaning === undefined
      ? { what, outcome: "works" }
      : { what, outcome: state === "honoured" ? "works" : "emulated", note: meaning };
  } catch (error) {
    return { what, outcome: "fails", note: sentenceOf(error) };
  }
}

async function problemOf(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}

async function expectText(store: Store, key: string, text: string, problem: string): Promise<void> {
  if ((await readText(store, key)) !== text) throw wrong(problem);
}

/** Whatever cannot be removed was named before as what fails. */
async function clear(store: Store, folder: string): Promise<void> {
  try {
    for await (const { key } of store.list(folder)) await store.delete(key);
  } catch {}
}

function sentenceOf(error: unknown): string {
  const { code, problem, error: name } = describeError(error);
  return problem ?? code ?? name;
}

function wrong(message: string): VendorError {
  return new VendorError("store.wrong_answer", message);
}
