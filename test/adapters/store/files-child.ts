import { filesStore } from "../../../adapters/store/files.ts";
import { readText } from "../../../core/store-json.ts";
import { streamOf } from "../../store/conformance-bodies.ts";

/** Another process at the same bucket, for tests of races, crashes, a full disk and memory. Prints JSON. */
const [task, directory = "", detail = ""] = process.argv.slice(2);
const store = filesStore({ directory });
const report = (result: unknown) => console.log(JSON.stringify(result));

/** All racers are told to start at once, when all of them are there. */
async function startSignal(): Promise<void> {
  report("ready");
  await new Promise((resolve) => process.stdin.once("data", resolve));
}

if (task === "claim") {
  await startSignal();
  const rounds = Array.from({ length: 30 }, (_, n) => n);
  const won: number[] = [];
  for (const n of rounds) {
    const put = await store.put(`claims/${n}`, detail, { ifAbsent: true });
    if (put.written) won.push(n);
  }
  report(won);
} else if (task === "count") {
  await startSignal();
  // Without an atomic ifMatch two writers would count from the same number and one step would be lost.
  for (let step = 0; step < 40; ) {
    const object = (await store.get("counter"))!;
    const value = Number(await readText({ ...store, get: async () => object }, "counter"));
    const put = await store.put("counter", String(value + 1), { ifMatch: object.etag });
    if (put.written) step += 1;
  }
  report("counted");
} else if (task === "churn") {
  await startSignal();
  // Folders come and go between writers.
  for (let n = 0; n < 60; n += 1) {
    await store.put(`calls/default/day/${n % 3}/call.json`, detail);
    await store.delete(`calls/default/day/${n % 3}/call.json`);
  }
  report("churned");
} else if (task === "hang") {
  async function* endless() {
    yield* streamOf(1_000_000);
    report("writing");
    await new Promise(() => setInterval(() => undefined, 1000));
  }
  await store.put("calls/recording.mp3", endless());
} else if (task === "kill-in-lock") {
  // Writes as fast as it can until it is killed, so that some kills meet it holding the lock.
  for (let n = 0; ; n += 1) {
    await store.put("hot", `${detail} ${n} `.repeat(3000));
    if (n === 0) report("writing");
  }
} else if (task === "full-disk") {
  const put = await store.put("calls/recording.mp3", streamOf(5_000_000)).catch((error) => error);
  const small = await store.put("calls/call.json", "{}");
  report({ code: put.code, message: put.message, small });
} else if (task === "memory") {
  await store.put("warm", streamOf(1_000_000));
  const before = process.resourceUsage().maxRSS;
  await store.put("big", streamOf(Number(detail)), { sizeBytes: Number(detail) });
  let readBytes = 0;
  for await (const chunk of (await store.get("big"))!.body) readBytes += chunk.length;
  report({ readBytes, extraMb: (process.resourceUsage().maxRSS - before) / 1024 });
}
