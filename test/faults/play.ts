import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { checklistKey, latestChecklistKey, publishedKey, scorecardKey } from "../../core/bucket-layout.ts";
import type { Store } from "../../core/ports/store.ts";
import { exists, readJson, writeJson } from "../../core/store-json.ts";
import type { Fault, SandboxServer } from "../../local/sandbox/server.ts";
import { always, closedDoor, FOR_EVER } from "./broken.ts";
import { type Line, type LineOptions, makeLine } from "./line.ts";
import {
  callEnded,
  callIdOf,
  calls,
  digestDue,
  openSandbox,
  type Sandbox,
  type SandboxOptions,
} from "./sandbox.ts";
import { type Facts, sentenceOf, times } from "./sentence.ts";

/** The line and the vendors that it is connected to. */
export type World = Line & Sandbox;

export interface Happening {
  afterSec: number;
  how(world: World): void | Promise<void>;
}

export interface Play
  extends Omit<SandboxOptions, "clock">,
    Pick<LineOptions, "store" | "queue" | "settingsOf"> {
  /** Before the call ends. */
  before?(world: World): void | Promise<void>;
  /** What breaks. */
  fault(world: World): void | Promise<void>;
  /** Mends what does not mend itself, so many seconds after the first call (or the digest). */
  mend?: Happening | readonly Happening[];
  /** Once all is over; what comes of it is run to its end as well. */
  after?(world: World): void | Promise<void>;
  /** The digest is what is waited for, after the call has ended. */
  digest?: boolean;
  /** False: nobody says that the call has ended but who breaks things. */
  isAnnounced?: boolean;
  /** How many calls end, and how long after one another. */
  calls?: number;
  gapSec?: number;
}

const checklist = JSON.parse(
  await readFile(join(import.meta.dirname, "..", "..", "checklists", "ru", "first-sale.json"), "utf8"),
);

/** Ends a call while something is broken, and runs on until nothing is left to come. Answers what became of it. */
export async function play(options: Play): Promise<Facts> {
  const { calls: count = 1, gapSec = 60, mend = [] } = options;
  const shared: { sandbox?: Sandbox } = {};
  const line = makeLine({
    ...options,
    vendors: (base) => {
      if (!shared.sandbox) throw new Error("the vendors are not there yet");
      return shared.sandbox.vendors(base);
    },
  });
  const sandbox = await openSandbox({ ...options, clock: line.clock });
  shared.sandbox = sandbox;
  const world: World = { ...sandbox, ...line };
  try {
    await putChecklist(line.store);
    await options.before?.(world);
    if (!options.digest) await options.fault(world);
    const ended = calls.slice(0, count);
    if (options.digest) {
      for (const call of ended) await world.send(callEnded(call, world.clock));
      await world.runOn();
      world.deliveries.length = 0;
      await options.fault(world);
    }
    const begunSec = world.elapsedSec();
    const happenings = options.digest
      ? [{ atSec: 0, happen: () => world.send(digestDue(world.clock)) }]
      : (options.isAnnounced === false ? [] : ended).map((call, index) => ({
          atSec: index * gapSec,
          happen: () => world.send(callEnded(call, world.clock)),
        }));
    const all = [
      ...happenings,
      ...[mend].flat().map(({ afterSec, how }) => ({ atSec: afterSec, happen: () => how(world) })),
    ];
    for (const { atSec, happen } of all.sort((one, other) => one.atSec - other.atSec)) {
      if (atSec > 0) await world.runOn(begunSec + atSec);
      await happen();
    }
    await world.runOn();
    assertMet(sandbox);
    await options.after?.(world);
    await world.runOn();
    return await factsOf(world, ended.map(callIdOf), options.digest);
  } finally {
    await sandbox.close();
  }
}

/** A fault that nothing has met proves nothing. Those that would go on for ever may be left over. */
function assertMet(sandbox: Sandbox): void {
  const { bitrix24, saluteSpeech, model, secondModel, telegram } = sandbox;
  for (const server of [bitrix24, saluteSpeech, model, secondModel, telegram]) {
    const { met, left } = server.faults();
    if (left > 0 && (met === 0 || left < FOR_EVER / 2)) throw new Error(`${left} faults were never met`);
  }
}

/** The same in words. */
export async function told(options: Play): Promise<string> {
  return sentenceOf(await play(options));
}

/** The same where nobody listens at a vendor's address, until somebody starts what stands behind it. */
export async function toldBehindClosedDoor(
  vendor: keyof NonNullable<Play["at"]>,
  target: (world: World) => string,
  { openedAfterSec = 5, ...more }: Partial<Play> & { openedAfterSec?: number } = {},
): Promise<string> {
  const door = await closedDoor();
  try {
    return await told({
      ...more,
      at: { [vendor]: door.url },
      fault: () => {},
      mend: { afterSec: openedAfterSec, how: (world) => door.open(target(world)) },
    });
  } finally {
    await door.close();
  }
}

/** The same where every request to one place of a vendor meets the fault, until somebody mends it. */
export async function toldUntilMended(
  vendor: (world: World) => Pick<SandboxServer, "fail" | "mend" | "faults">,
  path: string,
  fault: Fault,
  { mendedAfterSec = 3600, ...more }: Partial<Play> & { mendedAfterSec?: number } = {},
): Promise<string> {
  let inVain = 0;
  const sentence = await told({
    ...more,
    fault: (world) => vendor(world).fail(path, ...always(fault)),
    mend: {
      afterSec: mendedAfterSec,
      how: (world) => {
        inVain = vendor(world).faults().met;
        vendor(world).mend();
      },
    },
  });
  return `${sentence}; ${times(inVain, "request")} in vain until it is mended`;
}

export async function putChecklist(store: Store): Promise<void> {
  await writeJson(store, checklistKey("default", checklist.id, checklist.version), checklist);
  await writeJson(store, latestChecklistKey("default", checklist.id), { version: checklist.version });
}

export async function factsOf(world: World, callIds: readonly string[], isDigestDue = false): Promise<Facts> {
  const rows = await Promise.all(callIds.map((callId) => world.row(callId)));
  const ends = await Promise.all(
    rows.map(async (row) => {
      if (!row) return null;
      if (row.status !== "scored") return `${row.status} as ${row.code}`;
      const key = scorecardKey("default", row.callId, row.checklistId ?? "", row.checklistVersion ?? 0);
      if (!(await exists(world.store, key))) throw new Error("a row says scored and there is no scorecard");
      return row.needsReview ? "scored, to be reviewed" : "scored";
    }),
  );
  const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);
  return {
    puttingsOff: world.deliveries.flatMap(({ outcome, code, error, pauseSec }) =>
      pauseSec === undefined || code === "speech.running"
        ? []
        : [{ code: code ?? error ?? "", sec: pauseSec, isFailure: outcome === "error" }],
    ),
    ends,
    transcriptions: sum(world.saluteSpeech.started.values()),
    answers: sum([...world.model.answered.values(), ...world.secondModel.answered.values()]),
    attempts: await Promise.all(
      callIds.flatMap((callId) =>
        ["transcription", "scoring"].map((what) => attemptsAt(world, publishedKey("default", callId, what))),
      ),
    ),
    ...arrived(world.telegram.messages.map(({ plain }) => plain)),
    isDigestDue,
    deliveries: Math.max(0, ...world.deliveries.map((one) => one.receive_count)),
    dead: await world.dead(),
  };
}

async function attemptsAt({ store }: World, key: string): Promise<number> {
  const marker = await readJson(store, key, z.object({ attempts: z.number() }));
  return marker?.value.attempts ?? 0;
}

/** Alerts begin with a sign of their own. */
function arrived(texts: readonly string[]): Pick<Facts, "digests" | "requests" | "alerts"> {
  const paused = texts.filter((text) => text.startsWith("🔴")).length;
  const recovered = texts.filter((text) => text.startsWith("🟢")).length;
  const requests = texts.filter((text) => text.startsWith("🎧")).length;
  return { digests: texts.length - paused - recovered - requests, requests, alerts: { paused, recovered } };
}
