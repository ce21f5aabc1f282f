import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { filesStore } from "../../adapters/store/files.ts";
import { uploadsPrefix } from "../../core/bucket-layout.ts";
import type { CallRow } from "../../core/call-row.ts";
import { fastClock } from "../../core/clock.ts";
import type { Environment } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { dayPeriod } from "../../core/report-period.ts";
import { defaultSettings } from "../../core/settings.ts";
import { digestDue } from "../../events/digest-due.ts";
import { base, closeDeps, configure } from "../../functions/deps.ts";
import { publish } from "../../functions/run-stage.ts";
import { lockDataDir } from "../data-dir-lock.ts";
import { addBadMoments, type SandboxPortal, startSandboxPortal } from "../sandbox/portal.ts";
import type { Scenario } from "../sandbox/scenario.ts";
import { writeScorecardFile } from "../scorecard-file.ts";
import { alertsExpected, checkDay } from "./check.ts";
import { printAlerts, printDigest, printEnd, say } from "./print.ts";
import { type ServiceProcess, startServiceProcess } from "./service-process.ts";
import { chooseVendors } from "./vendors.ts";
import { waitForAlerts, waitForDigest, waitForFiles, waitForRows } from "./wait.ts";

export interface DemoOptions {
  scenario: Scenario;
  /** Keys of real vendors, if any. */
  env: Environment;
  /** Made afresh. */
  dataDir: string;
}

const DAY = "2026-11-19";
const TENANT = "default";
/** Of the file under `uploads/`: its name there, and the call of the scenario whose recording it is. */
const UPLOAD = { name: "Звонок с выставки, 19 ноября.mp3", slug: "balcony" };
/** When the service of the sandbox starts: the calls of the day are over, and the statistics still have them. */
const EVENING = `${DAY}T18:30:00+03:00`;
/** The call whose notice gets lost. */
const LOST = "balcony";
const GIVE_UP_SEC = { sandbox: 60, real: 900 };

/** Plays the day and shows it; resolves to what is not as it must be, in sentences. */
export async function playDemo({ scenario, env: given, dataDir }: DemoOptions): Promise<string[]> {
  const begun = Date.now();
  await startAfresh(dataDir);
  const vendors = chooseVendors(given);
  // A minute passes in a second, unless somebody else's clock has to be kept.
  const speed = vendors.allSandbox ? 60 : 1;
  const shown = vendors.allSandbox ? Date.parse(EVENING) : begun;
  const clock = fastClock(speed, begun, shown);
  const portal = await startSandboxPortal(scenario, clock);
  const env = {
    ...portal.env,
    ...vendors.env,
    DATA_DIR: dataDir,
    PORT: "0",
    DIGEST_AT: "23:59",
    SWEEP_EVERY_SEC: "60",
  };
  let service: ServiceProcess | undefined;
  try {
    if (vendors.allSandbox) addBadMoments(portal);
    for (const line of vendors.lines) say(line);
    service = await startServiceProcess({
      env,
      speed,
      begun,
      shown,
      logFile: join(dataDir, "service.log"),
    });
    const lost = vendors.allSandbox ? LOST : undefined;
    const problems = await endCalls(portal, scenario, service.port, lost);
    await dropUpload(scenario, dataDir);
    say(
      `${scenario.calls.length} calls have ended in the portal (one notice came twice, one was forged${lost ? ", one was lost" : ""}), and one file was put under uploads/.\n`,
    );

    const store = filesStore({ directory: join(dataDir, "bucket") });
    const giveUpSec = vendors.allSandbox ? GIVE_UP_SEC.sandbox : GIVE_UP_SEC.real;
    const count = scenario.calls.length + 1;
    const rows = await waitForRows({ store, day: DAY, count, giveUpSec, hasEnded: service.hasEnded });

    const alerts = alertsExpected(rows, clock.now());
    if (vendors.sandbox.telegram) printAlerts(await waitForAlerts(portal.telegram, alerts));

    configure({ env, clock });
    await publish([digestDue({ tenant: TENANT, period: dayPeriod(DAY), time: clock.now() })], base().queue);
    if (vendors.sandbox.telegram) {
      const digest = await waitForDigest(portal.telegram);
      if (digest) printDigest(digest);
      await waitForFiles(portal.telegram);
    }
    await showScorecard([...rows.values()], dataDir);
    problems.push(...(await checkDay({ scenario, portal, vendors, store, rows, upload: UPLOAD, alerts })));
    if (service.hasEnded()) problems.push("the service ended by itself");
    await service.stop();
    printEnd(dataDir, DAY, begun);
    return problems;
  } finally {
    await service?.stop();
    closeDeps();
    await portal.close();
  }
}

/** Nothing of an earlier run is kept, unless that one still runs. */
async function startAfresh(dataDir: string): Promise<void> {
  try {
    lockDataDir(dataDir).release();
  } catch {
    throw new ConfigurationError(
      "demo.data_dir_in_use",
      `${dataDir} is in use or cannot be written: is a demo running already?`,
    );
  }
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(join(dataDir, "bucket", uploadsPrefix(TENANT)), { recursive: true });
}

/** Writes the page of one scorecard: of the call nearest to the middle, which has something of everything. */
async function showScorecard(rows: readonly CallRow[], dataDir: string): Promise<void> {
  const fromMiddle = (row: CallRow) => Math.abs((row.percent ?? 0) - 50);
  const [shown] = rows.filter((row) => row.percent !== null).sort((a, b) => fromMiddle(a) - fromMiddle(b));
  if (!shown) return;
  await writeScorecardFile({
    store: base().store,
    bucketFolder: join(dataDir, "bucket"),
    tenant: TENANT,
    callId: shown.callId,
    settings: defaultSettings,
    file: join(dataDir, "scorecard.html"),
  });
}

/** The notice of the call that is `lost` never comes: the sweep has to find it. */
async function endCalls(
  { bitrix24 }: SandboxPortal,
  { calls }: Scenario,
  port: number,
  lost: string | undefined,
): Promise<string[]> {
  const problems: string[] = [];
  const webhook = `http://127.0.0.1:${port}/webhooks/bitrix24`;
  const post = async (what: string, wanted: number, nativeId: string, options = {}) => {
    const status = await bitrix24.postWebhook(webhook, nativeId, options);
    if (status !== wanted) problems.push(`${what}: ${status}, expected ${wanted}`);
  };
  const noticed = calls.filter(({ slug }) => slug !== lost);
  const first = noticed[0]?.nativeId ?? "";
  await post("a forged webhook", 401, first, { token: "forged" });
  for (const call of noticed) await post(call.slug, 200, call.nativeId);
  await post("a webhook that comes twice", 200, first);
  return problems;
}

async function dropUpload({ calls }: Scenario, dataDir: string): Promise<void> {
  const audio = calls.find((call) => call.slug === UPLOAD.slug)?.audio ?? "";
  await copyFile(audio, join(dataDir, "bucket", uploadsPrefix(TENANT), UPLOAD.name));
}
