import * as z from "zod";
import { type Clock, systemClock } from "../../core/clock.ts";
import { VendorError } from "../../core/errors.ts";
import type { Crm, CrmAgent, CrmCall } from "../../core/ports/crm.ts";
import { callOf, Id, isLeg, type Leg, rows, StatisticRow, Text } from "./bitrix24-call.ts";
import type { Bitrix24Pace } from "./bitrix24-pace.ts";
import { bitrix24Recordings, type DownloadLimits, type Lookup } from "./bitrix24-recording.ts";
import { bitrix24Rest } from "./bitrix24-rest.ts";

export interface Bitrix24Options {
  /** `BITRIX24_WEBHOOK_URL`: the inbound webhook, `https://<portal>/rest/<user>/<secret>/`. */
  webhookUrl: string;
  fetch?: typeof fetch;
  clock?: Clock;
  /** The one that everything of this process keeps to that asks this portal; left out: one of its own. */
  pace?: Bitrix24Pace;
  /** All addresses of a host name. */
  lookup?: Lookup;
  /** Other hosts that keep recordings, such as a telephone exchange: `pbx.example.com`, `*.example.com`, `pbx.example.com:8443`. */
  allowedRecordingHosts?: readonly string[];
  /** How long a download may take. */
  downloadLimits?: DownloadLimits;
  /** Hears how many rows the portal sent that were not asked for or cannot be read, when there were any. */
  onDroppedRows?: (count: number) => void;
}

/** With hundreds of agents, ten minutes would cost each call another request of the two a second that the portal allows. */
const AGENT_CACHE_SEC = 3 * 3600;
const AGENT_CACHE_SIZE = 1000;
/** Without them the agent has no departments; that is no reason to hold up a call. */
const NO_RIGHTS = ["INSUFFICIENT_SCOPE", "ACCESS_DENIED", "USER_ACCESS_ERROR", "ERROR_METHOD_NOT_FOUND"];

const Statistic = rows(StatisticRow);
const Users = rows(
  z.object({
    ID: Id,
    NAME: Text,
    LAST_NAME: Text,
    // Numbers as the docs say; text, a map or `false` when a user was imported.
    UF_DEPARTMENT: z.preprocess(
      (value) => (typeof value === "object" && value ? Object.values(value) : []),
      z.array(Id),
    ),
  }),
);
const Departments = rows(z.object({ ID: Id, NAME: Text }));

/** Calls, employees and recordings of a Bitrix24 portal with its own telephony or one that is connected to it. */
export function bitrix24(options: Bitrix24Options): Crm {
  const { clock = systemClock, onDroppedRows = () => {} } = options;
  const rest = bitrix24Rest(options);
  const recordings = bitrix24Recordings({ ...options, rest, clock });
  const agents = new Map<string, { until: number; agent: Promise<CrmAgent | undefined> }>();

  // FILTER, SORT and ORDER in upper case, SORT a plain name: anything else is dropped silently, and then the portal sends
  // its whole history (Bitrix24 docs, voximplant-statistic-get). So no row is believed that was not asked for.
  async function statistic(filter: object, start: number) {
    const reply = await rest.call("voximplant.statistic.get", {
      FILTER: filter,
      SORT: "ID",
      ORDER: "ASC",
      start,
    });
    return { page: read(Statistic, reply?.result), next: reply?.next ?? null };
  }

  async function loadAgent(agentId: string): Promise<CrmAgent | undefined> {
    const reply = await rest.call("user.get", { ID: agentId });
    const user = read(Users, reply?.result).find(({ ID }) => ID === agentId);
    if (!user) return undefined;
    const name = [user.NAME, user.LAST_NAME].filter((part) => part !== null).join(" ");
    return {
      id: agentId,
      // A user who was invited and never came back has only an e-mail address, which is no name.
      name: name.replaceAll(/\s+/g, " ") || agentId,
      departments: await departmentNames(user.UF_DEPARTMENT.filter((id) => id !== null)),
    };
  }

  async function departmentNames(ids: string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const reply = await rest.call("department.get", { ID: ids }, NO_RIGHTS);
    const found = read(Departments, reply?.result);
    return ids.flatMap((id) => found.find(({ ID }) => ID === id)?.NAME ?? []);
  }

  return {
    async findCall(nativeId) {
      const { page } = await statistic({ CALL_ID: nativeId }, 0);
      const asked = page.filter((row) => row.CALL_ID === nativeId);
      const [first, ...more] = asked.filter(isLeg);
      if (first) return callOf([first, ...more]);
      if (asked.length === 0) return undefined;
      throw new VendorError("crm.unreadable_reply", "Bitrix24 did not say when the call started");
    },

    /** The whole period is read before the first call comes, because a later page can hold another leg of it. Ask in days. */
    async *listCalls({ from, to }) {
      const legsByCall = new Map<string, [Leg, ...Leg[]]>();
      const seen = new Set<string | null>();
      // The portal counts in seconds.
      const filter = { ">=CALL_START_DATE": wholeSecond(from), "<CALL_START_DATE": wholeSecond(to, 999) };
      let dropped = 0;
      for (let start: number | null = 0; start !== null; ) {
        const { page, next }: Awaited<ReturnType<typeof statistic>> = await statistic(filter, start);
        const inPeriod = page.filter(isLeg).filter((leg) => isWithin(leg, from, to));
        dropped += page.length - inPeriod.length;
        // Rows that came before: a call was added while we read.
        const fresh = inPeriod.filter((leg) => leg.ID === null || !seen.has(leg.ID));
        for (const leg of fresh) {
          seen.add(leg.ID);
          const legs = legsByCall.get(leg.CALL_ID);
          if (legs) legs.push(leg);
          else legsByCall.set(leg.CALL_ID, [leg]);
        }
        // A page without anything that was asked for: the filter was dropped, and this would be the whole history.
        start = fresh.length > 0 && next !== null && next > start ? next : null;
      }
      if (dropped > 0) onDroppedRows(dropped);
      const calls: CrmCall[] = [...legsByCall.values()].map(callOf);
      yield* calls.sort((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
    },

    findAgent(agentId) {
      if (!/^[1-9]\d*$/.test(agentId)) return Promise.resolve(undefined);
      const now = clock.now().getTime();
      const known = agents.get(agentId);
      if (known && known.until > now) return known.agent;
      if (agents.size >= AGENT_CACHE_SIZE) agents.clear();
      const agent = loadAgent(agentId);
      agents.set(agentId, { until: now + AGENT_CACHE_SEC * 1000, agent });
      agent.catch(() => agents.delete(agentId));
      return agent;
    },

    openRecording: recordings.open,
  };
}

function read<Schema extends z.ZodType>(schema: Schema, result: unknown): z.output<Schema> {
  const parsed = schema.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new VendorError("crm.unreadable_reply", "Bitrix24 answered in an unknown shape");
}

function isWithin(leg: Leg, from: Date, to: Date): boolean {
  const startedAt = Date.parse(leg.CALL_START_DATE);
  return startedAt >= from.getTime() && startedAt < to.getTime();
}

function wholeSecond(moment: Date, roundUpMs = 0): string {
  const second = Math.floor((moment.getTime() + roundUpMs) / 1000);
  return new Date(second * 1000).toISOString().replace(".000Z", "+00:00");
}
