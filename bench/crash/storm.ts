import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { sqliteQueue } from "../../adapters/queue/sqlite.ts";
import { type StageName, stageNames } from "../../events/pipeline.ts";
import { queueDefinitions } from "../../functions/deps.ts";
import type { ScenarioCall } from "../../local/sandbox/scenario.ts";
import type { Chance } from "./random.ts";
import type { CrashWorld } from "./world.ts";

/** What became of the notices, and what each kill hit. */
export interface Storm {
  kills: Kill[];
  notices: Record<Notice, number>;
}

export type Notice = "once" | "twice" | "dropped" | "met-dead-service";

export interface Kill {
  hit: "start" | "run";
  /** Between these moments of the system's clock, in milliseconds, the service was killed and not yet started anew. */
  fromMs: number;
  toMs: number;
  /** Messages that were in the service's hand, by stage. */
  inHand: Record<StageName, number>;
}

const DROPPED_PERCENT = 30;
const DOUBLED_PERCENT = 10;
const AT_START_PERCENT = 15;
const LIVES_MS = { least: 50, most: 1500 };
/** Some notices are posted a moment after the kill. */
const POSTED_TOO_LATE_MS = 40;

/** Lets the calls end one after the other while the service is killed again and again. */
export async function killAgainAndAgain(
  world: CrashWorld,
  { kills, chance, progress }: { kills: number; chance: Chance; progress(kills: number): void },
): Promise<Storm> {
  const storm: Storm = { kills: [], notices: { once: 0, twice: 0, dropped: 0, "met-dead-service": 0 } };
  const plan = Array.from({ length: kills }, (_value, index) =>
    // The first and the last find it running, so that every call has a life to come in.
    index > 0 && index < kills - 1 && chance.percent(AT_START_PERCENT) ? "start" : "run",
  );
  const waiting = [...world.calls];
  let runsLeft = plan.filter((hit) => hit === "run").length;
  let startTookMs = 0;
  for (const planned of plan) {
    const startedAtMs = performance.now();
    const victim = world.start();
    let posts: Promise<void>[] = [];
    let runs = false;
    if (planned === "start") {
      const running = victim.runs.then(() => true);
      const tooEarly = setTimeout(chance.between(0, startTookMs), false);
      runs = await Promise.race([running, tooEarly]);
    } else {
      const url = await victim.runs;
      if (url === undefined) throw new Error("the service ended by itself when it was started");
      runs = true;
      startTookMs = performance.now() - startedAtMs;
      const livesMs = chance.between(LIVES_MS.least, LIVES_MS.most);
      const share = waiting.splice(0, Math.ceil(waiting.length / runsLeft));
      runsLeft -= 1;
      posts = share.map(async (call) => {
        const fatePercent = chance.between(0, 100);
        await setTimeout(chance.between(0, livesMs + POSTED_TOO_LATE_MS));
        storm.notices[await endCall(world, call, url, fatePercent)] += 1;
      });
      await setTimeout(livesMs);
    }
    const fromMs = Date.now();
    await victim.end("SIGKILL");
    await Promise.all(posts);
    const inHand = await lookIntoHands(world);
    storm.kills.push({ hit: runs ? "run" : "start", inHand, fromMs, toMs: Date.now() });
    progress(storm.kills.length);
  }
  return storm;
}

async function endCall(
  world: CrashWorld,
  call: ScenarioCall,
  url: string,
  fatePercent: number,
): Promise<Notice> {
  world.endCall(call);
  if (fatePercent < DROPPED_PERCENT) return "dropped";
  const duplicate = fatePercent < DROPPED_PERCENT + DOUBLED_PERCENT;
  const webhook = `${url}/webhooks/bitrix24`;
  const status = await world.portal.bitrix24
    .postWebhook(webhook, call.nativeId, { duplicate })
    // The portal never posts again.
    .catch(() => undefined);
  if (status === undefined) return "met-dead-service";
  if (status !== 200) throw new Error(`a notice was answered with ${status}`);
  return duplicate ? "twice" : "once";
}

/** Reads a copy, so that mending what the killed one left is up to the next one. */
async function lookIntoHands({ dataDir, clock }: CrashWorld): Promise<Kill["inHand"]> {
  const folder = await mkdtemp(join(tmpdir(), "call-quality-hands-"));
  for (const name of ["queues.sqlite", "queues.sqlite-wal"]) {
    // Killed before it had made one.
    await copyFile(join(dataDir, name), join(folder, name)).catch(() => undefined);
  }
  const queue = sqliteQueue({ file: join(folder, "queues.sqlite"), clock, queues: queueDefinitions });
  try {
    const stats = stageNames.map(async (stage) => [stage, (await queue.stats(stage)).inFlight] as const);
    return Object.fromEntries(await Promise.all(stats)) as Kill["inHand"];
  } finally {
    queue.close();
    await rm(folder, { recursive: true, force: true });
  }
}
