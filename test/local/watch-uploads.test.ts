import { appendFile, rename, utimes, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dayIn, dayOfCall } from "../../core/call.ts";
import type { Store } from "../../core/ports/store.ts";
import { folderPace } from "../../local/watch-uploads.ts";
import { memoryStore } from "../fakes/store.ts";
import { openUploads } from "./uploads-world.ts";

let world: Awaited<ReturnType<typeof openUploads>>;

beforeEach(async () => {
  world = await openUploads();
});

afterEach(() => world.close());

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
  await world.drop(name);
  world.watch();
  expect((await world.announced(1)).map((file) => file.name)).toEqual([name]);
});

it("announces a file that is written slowly once, when it is complete", async () => {
  world.watch({ quietMs: 600 });
  const path = await world.drop("долгая запись.mp3", "0");
  for (let piece = 1; piece < 12; piece += 1) {
    await setTimeout(80);
    await appendFile(path, String(piece % 10));
  }
  const [file] = await world.announced(1);
  expect(file).toMatchObject({ name: "долгая запись.mp3", sizeBytes: 12 });
  expect(await world.announcedBefore()).toEqual([]);
});

it("is quick enough for the five seconds that are promised, and waits for a pause of two seconds in writing", async () => {
  world.watch(folderPace);
  await world.drop("срочно.mp3");
  const completeAt = performance.now();
  await world.announced(1);
  const tookMs = performance.now() - completeAt;
  expect(tookMs).toBeGreaterThan(2000);
  expect(tookMs).toBeLessThan(5000);
});

it("announces a file whose time lies in the future or long ago", async () => {
  const future = await world.drop("из будущего.mp3");
  await utimes(future, new Date("2099-01-01"), new Date("2099-01-01"));
  const past = await world.drop("с диктофона.mp3");
  await utimes(past, new Date("2003-01-01"), new Date("2003-01-01"));
  world.watch({ quietMs: 30 });
  expect((await world.announced(2)).map((file) => file.name).sort()).toEqual([
    "из будущего.mp3",
    "с диктофона.mp3",
  ]);
});

it("waits for the last name of a file that is written under another", async () => {
  world.watch();
  const part = await world.drop("запись.mp3.part");
  const download = await world.drop("другая.mp3.crdownload");
  expect(await world.announcedBefore("first.mp3")).toEqual([]);
  await rename(part, part.replace(/\.part$/, ""));
  await rename(download, download.replace(/\.crdownload$/, ""));
  expect((await world.announced(2)).map((file) => file.name).sort()).toEqual(["другая.mp3", "запись.mp3"]);
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
    await world.drop(name);
  }
  world.watch();
  expect(await world.announcedBefore("звонок.mp3")).toEqual([]);
});

it("announces nothing twice after a restart", async () => {
  await world.drop("один.mp3");
  await world.drop("два.mp3");
  const first = world.watch();
  await world.announced(2);
  await first.stop();
  world.watch();
  expect(await world.announcedBefore("три.mp3")).toEqual([]);
});

it("announces what came while it was down", async () => {
  const first = world.watch();
  await first.stop();
  await world.drop("ночная.mp3");
  world.watch();
  expect((await world.announced(1)).map((file) => file.name)).toEqual(["ночная.mp3"]);
});

it.each(["while it runs", "while it is down"])("does not announce a restored backup: %s", async (when) => {
  const path = await world.drop("запись.mp3", "the same sound");
  const first = world.watch();
  await world.announced(1);
  if (when === "while it is down") await first.stop();
  await writeFile(path, "the same sound");
  await utimes(path, new Date("2026-01-01"), new Date("2026-01-01"));
  if (when === "while it is down") world.watch();
  expect(await world.announcedBefore("звонок.mp3")).toEqual([]);
});

it("announces a file again when its content was replaced, as another call", async () => {
  await world.drop("запись.mp3", "first take");
  world.watch();
  const [first] = await world.announced(1);
  await world.drop("запись.mp3", "second take, longer");
  const [second] = await world.announced(1);
  expect(second?.name).toBe("запись.mp3");
  expect(second?.callId).not.toBe(first?.callId);
});

it("gives an empty file time to be written", async () => {
  world.watch({ emptyQuietMs: 60_000 });
  const path = await world.drop("запись.mp3", "");
  expect(await world.announcedBefore("first.mp3")).toEqual([]);
  await writeFile(path, "sound");
  expect(await world.announced(1)).toMatchObject([{ name: "запись.mp3", sizeBytes: 5 }]);
});

it("is not held up by a file that cannot be read, tells of it once and tries it again", async () => {
  let isReadable = false;
  const refused = new Error("no right to read it");
  const partly: Store = {
    ...world.store,
    get: async (key) => {
      if (key.endsWith("а чужой.mp3") && !isReadable) throw refused;
      return world.store.get(key);
    },
  };
  await world.drop("а чужой.mp3");
  world.watch({}, partly);
  expect(await world.announcedBefore("первый.mp3")).toEqual([]);
  expect(await world.announcedBefore("второй.mp3")).toEqual([]);
  expect(world.errors).toEqual([refused]);
  isReadable = true;
  expect((await world.announced(1)).map((file) => file.name)).toEqual(["а чужой.mp3"]);
});

it("tries again when the queue does not take the announcement, and when the bucket cannot be listed", async () => {
  let refusals = 2;
  const away = new Error("away");
  const partly: Store = {
    ...world.store,
    list: (prefix) => {
      if (refusals-- > 0) throw away;
      return world.store.list(prefix);
    },
  };
  const send = world.queue.send;
  let sends = 0;
  world.queue.send = async (name, messages) => {
    sends += 1;
    if (sends === 1) throw away;
    return send(name, messages);
  };
  await world.drop("запись.mp3");
  world.watch({}, partly);
  expect((await world.announced(1)).map((file) => file.name)).toEqual(["запись.mp3"]);
  expect(world.errors).toEqual([away, away, away]);
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
    // Without etags, as a folder's.
    async *list(prefix) {
      looks += 1;
      if (looks === 3) looked.resolve();
      for await (const { etag: _, ...listed } of kept.list(prefix)) yield listed;
    },
  };
  for (let n = 0; n < count; n += 1) await kept.put(`uploads/default/${n}.mp3`, `sound ${n}`);
  const first = world.watch({}, counting);
  await looked.promise;
  await first.stop();
  expect((await world.queue.stats("ingest")).visible).toBe(count);
  expect(gets).toHaveLength(2 * count);

  gets.length = 0;
  looks = 0;
  looked = Promise.withResolvers<void>();
  world.watch({}, counting);
  await looked.promise;
  expect(gets).toHaveLength(count);
  expect(gets.filter((key) => key.startsWith("uploads/"))).toEqual([]);
  expect((await world.queue.stats("ingest")).visible).toBe(count);
});

it("takes the day of a call from when its file came, not from when it was recorded", async () => {
  const days = [dayIn("Europe/Moscow", new Date())];
  const path = await world.drop("запись.mp3");
  await utimes(path, new Date(), new Date("2020-02-03T10:00:00Z"));
  world.watch();
  const callId = (await world.announced(1))[0]?.callId ?? "";
  // Midnight can pass meanwhile.
  days.push(dayIn("Europe/Moscow", new Date()));
  expect(days).toContain(dayOfCall(callId));
});
