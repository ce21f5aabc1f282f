import { appendFile, mkdir, mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { filesStore } from "../../adapters/store/files.ts";
import { setClock } from "../../core/clock.ts";
import type { Store } from "../../core/ports/store.ts";
import { defaultCallTypes, type Settings } from "../../core/settings.ts";
import { readNotification } from "../../functions/ingest/notification.ts";
import { folderPace, type UploadsWatcher, type WatchPace, watchUploads } from "../../local/watch-uploads.ts";
import { memoryQueue } from "../fakes/queue.ts";
import { memoryStore } from "../fakes/store.ts";

const settings: Settings = {
  timeZone: "Europe/Moscow",
  locale: "ru",
  digestAt: "19:00",
  minCallSec: 20,
  agentChannel: 0,
  callTypes: defaultCallTypes,
};
/** Announces what it sees at once. */
const hasty: WatchPace = { everyMs: 10, quietMs: 0, emptyQuietMs: 0, retryMs: 20 };
const LAST = "~last.mp3";

let bucket: string;
let store: Store;
let queue: ReturnType<typeof memoryQueue>;
let watchers: UploadsWatcher[];
let errors: unknown[];

beforeEach(async () => {
  bucket = await mkdtemp(join(tmpdir(), "call-quality-uploads-"));
  store = filesStore({ directory: bucket });
  queue = memoryQueue({ queues: [{ name: "ingest", visibilitySec: 60, maxReceiveCount: 5 }] });
  watchers = [];
  errors = [];
});

afterEach(async () => {
  await Promise.all(watchers.map((watcher) => watcher.stop()));
  await rm(bucket, { recursive: true, force: true });
});

function watch(pace: Partial<WatchPace> = {}, from = store): UploadsWatcher {
  const onError = (error: unknown) => errors.push(error);
  const watcher = watchUploads({ store: from, queue, tenant: "default", ...hasty, ...pace, onError });
  watchers.push(watcher);
  return watcher;
}

async function drop(name: string, content: string | Buffer = `sound of ${name}`): Promise<string> {
  const path = join(bucket, "uploads", "default", name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** The names in the order in which they are announced, as ingest reads them. */
async function announced(count: number): Promise<{ name: string; callId: string; sizeBytes: number }[]> {
  const found: { name: string; callId: string; sizeBytes: number }[] = [];
  while (found.length < count) {
    const [message] = await queue.receive("ingest", { max: 1, waitSec: 20, visibilitySec: 600 });
    if (!message) throw new Error(`${count} announcements were expected, ${found.length} came`);
    const json = JSON.parse(message.body);
    const ports = { store: memoryStore(), settingsOf: async () => settings };
    for (const event of (await readNotification(json, ports)) ?? []) {
      const name = event.data.nativeId.replace("uploads/default/", "");
      found.push({ name, callId: event.subject, sizeBytes: json.Records[0].s3.object.size });
    }
  }
  return found;
}

/** What is announced besides a file that is dropped last, and so seen by a later look than everything before it. */
async function announcedBefore(last = LAST): Promise<string[]> {
  await drop(last);
  const names: string[] = [];
  for (;;) {
    const [next] = await announced(1);
    if (next?.name === last) return names;
    names.push(next?.name ?? "");
  }
}

it.each([
  ["Cyrillic, spaces and a comma", "Звонок с выставки, 19 ноября.mp3"],
  ["quotation marks of three kinds", `"Окна" «Север» 'юг'.mp3`],
  ["signs that mean something in an address", "скидка 50% + доставка #7 & я=ты?.mp3"],
  ["percent signs that look like an encoding", "100%25 %D0%9E a+b.mp3"],
  ["an emoji", "важный 🔥 клиент.mp3"],
  ["й as и with a breve (NFD), as a Mac writes it", "Звонок\u0438\u0306.mp3"],
  ["a folder below a folder", "Ноябрь/Отдел продаж/19-е/запись.mp3"],
  ["no extension", "запись"],
])("announces a file whatever its name: %s", async (_, name) => {
  await drop(name);
  watch();
  expect((await announced(1)).map((file) => file.name)).toEqual([name]);
});

it("announces a file that is written slowly once, when it is complete", async () => {
  watch({ quietMs: 600 });
  const path = await drop("долгая запись.mp3", "0");
  for (let piece = 1; piece < 12; piece += 1) {
    await setTimeout(80);
    await appendFile(path, String(piece % 10));
  }
  const [file] = await announced(1);
  expect(file).toMatchObject({ name: "долгая запись.mp3", sizeBytes: 12 });
  expect(await announcedBefore()).toEqual([]);
});

it("is quick enough for the five seconds that are promised, and waits for a pause of two seconds in writing", async () => {
  watch(folderPace);
  await drop("срочно.mp3");
  const completeAt = performance.now();
  await announced(1);
  const tookMs = performance.now() - completeAt;
  expect(tookMs).toBeGreaterThan(2000);
  expect(tookMs).toBeLessThan(5000);
});

it("announces a file whose time lies in the future or long ago", async () => {
  const future = await drop("из будущего.mp3");
  await utimes(future, new Date("2099-01-01"), new Date("2099-01-01"));
  const past = await drop("с диктофона.mp3");
  await utimes(past, new Date("2003-01-01"), new Date("2003-01-01"));
  watch({ quietMs: 30 });
  expect((await announced(2)).map((file) => file.name).sort()).toEqual([
    "из будущего.mp3",
    "с диктофона.mp3",
  ]);
});

it("waits for the last name of a file that is written under another", async () => {
  watch();
  const part = await drop("запись.mp3.part");
  const download = await drop("другая.mp3.crdownload");
  expect(await announcedBefore("first.mp3")).toEqual([]);
  await rename(part, part.replace(/\.part$/, ""));
  await rename(download, download.replace(/\.crdownload$/, ""));
  expect((await announced(2)).map((file) => file.name).sort()).toEqual(["другая.mp3", "запись.mp3"]);
});

it("leaves alone hidden files, those that programs leave beside others, and recordings that were asked for", async () => {
  for (const name of [
    ".DS_Store",
    ".запись.mp3.Xa81b",
    ".folder/запись.mp3",
    "запись.mp3~",
    "~$план.docx",
    "Thumbs.db",
    "Desktop.ini",
    "запись.tmp",
    "calls/20261119-bitrix24-7.mp3",
  ]) {
    await drop(name);
  }
  watch();
  expect(await announcedBefore("звонок.mp3")).toEqual([]);
});

it("announces nothing twice after a restart", async () => {
  await drop("один.mp3");
  await drop("два.mp3");
  const first = watch();
  await announced(2);
  await first.stop();
  watch();
  expect(await announcedBefore("три.mp3")).toEqual([]);
});

it("announces what came while it was down", async () => {
  const first = watch();
  await first.stop();
  await drop("ночная.mp3");
  watch();
  expect((await announced(1)).map((file) => file.name)).toEqual(["ночная.mp3"]);
});

it.each(["while it runs", "while it is down"])("does not announce a restored backup: %s", async (when) => {
  const path = await drop("запись.mp3", "the same sound");
  const first = watch();
  await announced(1);
  if (when === "while it is down") await first.stop();
  await writeFile(path, "the same sound");
  await utimes(path, new Date("2026-01-01"), new Date("2026-01-01"));
  if (when === "while it is down") watch();
  expect(await announcedBefore("звонок.mp3")).toEqual([]);
});

it("announces a file again when its content was replaced, as another call", async () => {
  await drop("запись.mp3", "first take");
  watch();
  const [first] = await announced(1);
  await drop("запись.mp3", "second take, longer");
  const [second] = await announced(1);
  expect(second?.name).toBe("запись.mp3");
  expect(second?.callId).not.toBe(first?.callId);
});

it("gives an empty file time to be written", async () => {
  watch({ emptyQuietMs: 60_000 });
  const path = await drop("запись.mp3", "");
  expect(await announcedBefore("first.mp3")).toEqual([]);
  await writeFile(path, "sound");
  expect(await announced(1)).toMatchObject([{ name: "запись.mp3", sizeBytes: 5 }]);
});

it("is not held up by a file that cannot be read, tells of it once and tries it again", async () => {
  let isReadable = false;
  const refused = new Error("no right to read it");
  const partly: Store = {
    ...store,
    get: async (key) => {
      if (key.endsWith("а чужой.mp3") && !isReadable) throw refused;
      return store.get(key);
    },
  };
  await drop("а чужой.mp3");
  watch({}, partly);
  expect(await announcedBefore("первый.mp3")).toEqual([]);
  expect(await announcedBefore("второй.mp3")).toEqual([]);
  expect(errors).toEqual([refused]);
  isReadable = true;
  expect((await announced(1)).map((file) => file.name)).toEqual(["а чужой.mp3"]);
});

it("tries again when the queue does not take the announcement, and when the bucket cannot be listed", async () => {
  let refusals = 2;
  const away = new Error("away");
  const partly: Store = {
    ...store,
    list: (prefix) => {
      if (refusals-- > 0) throw away;
      return store.list(prefix);
    },
  };
  const send = queue.send;
  let sends = 0;
  queue.send = async (name, messages) => {
    sends += 1;
    if (sends === 1) throw away;
    return send(name, messages);
  };
  await drop("запись.mp3");
  watch({}, partly);
  expect((await announced(1)).map((file) => file.name)).toEqual(["запись.mp3"]);
  expect(errors).toEqual([away, away, away]);
});

it("reads no file again of the thousands that it has announced, not even after a restart", async () => {
  const count = 2000;
  const kept = memoryStore();
  const gets: string[] = [];
  let looks = 0;
  let looked = Promise.withResolvers<void>();
  const counting: Store = {
    ...kept,
    get: (key) => {
      gets.push(key);
      return kept.get(key);
    },
    list: (prefix) => {
      looks += 1;
      if (looks === 3) looked.resolve();
      return kept.list(prefix);
    },
  };
  for (let n = 0; n < count; n += 1) await kept.put(`uploads/default/${n}.mp3`, `sound ${n}`);
  const first = watch({}, counting);
  await looked.promise;
  await first.stop();
  expect((await queue.stats("ingest")).visible).toBe(count);
  expect(gets).toHaveLength(2 * count);

  gets.length = 0;
  looks = 0;
  looked = Promise.withResolvers<void>();
  watch({}, counting);
  await looked.promise;
  expect(gets).toHaveLength(count);
  expect(gets.filter((key) => key.startsWith("uploads/"))).toEqual([]);
  expect((await queue.stats("ingest")).visible).toBe(count);
});

it("takes the day of a call from when its file came", async () => {
  const clock = setClock("2026-11-19T23:30:00Z");
  const path = await drop("запись.mp3");
  await utimes(path, clock.now(), clock.now());
  watch();
  // Half past two in the night in Moscow.
  expect((await announced(1))[0]?.callId).toMatch(/^20261120-upload-/);
});
