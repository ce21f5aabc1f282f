import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Client, type ClientOptions, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { callKey, recordingPrefix, transcriptKey } from "../../../core/bucket-layout.ts";
import type { CallRow } from "../../../core/call-row.ts";
import type { CrmCall } from "../../../core/ports/crm.ts";
import type { Llm } from "../../../core/ports/llm.ts";
import type { AppealDecided, AppealMade, ScoreChanged } from "../../../core/review.ts";
import { writeJson } from "../../../core/store-json.ts";
import type { HttpRequest, HttpResponse } from "../../../functions/http.ts";
import type { McpPorts } from "../../../functions/mcp/ports.ts";
import { receiveMcp } from "../../../functions/mcp/receive.ts";
import { memoryCallIndex } from "../../fakes/call-index.ts";
import { NOW } from "../bot/bot-world.ts";
import { makeWorld, type World } from "../world.ts";

export const ADMIN_TOKEN = "the-admin-token";

export interface McpWorld extends World {
  ports: McpPorts;
  changes: ScoreChanged[];
  appeals: AppealMade[];
  decisions: AppealDecided[];
  failures: { tool: string; error: unknown }[];
  crmCalls: CrmCall[];
  /** Answers one request, as the way in does. */
  receive(request: Partial<HttpRequest>): ReturnType<typeof receiveMcp>;
}

export function mcpWorld(options: { llm?: Llm; now?: string } = {}): McpWorld {
  const world = makeWorld({ now: options.now ?? NOW });
  const { store, clock, queue, settings } = world;
  const changes: ScoreChanged[] = [];
  const appeals: AppealMade[] = [];
  const decisions: AppealDecided[] = [];
  const failures: McpWorld["failures"] = [];
  const crmCalls: CrmCall[] = [];
  const index = memoryCallIndex({ store, clock, timeZoneOf: async () => settings.timeZone });
  const ports: McpPorts = {
    store,
    clock,
    queue,
    tenant: "default",
    adminToken: ADMIN_TOKEN,
    settingsOf: async () => settings,
    index: async () => index,
    crm: async () => ({
      findCall: async (nativeId) => crmCalls.find((call) => call.nativeId === nativeId),
      findAgent: async () => undefined,
      openRecording: async () => undefined,
      async *listCalls() {},
    }),
    signedLinks: () => null,
    llm: async () => options.llm ?? null,
    announce: async (changed) => void changes.push(changed),
    announceAppeal: async (made) => void appeals.push(made),
    announceDecision: async (decided) => void decisions.push(decided),
    onFailure: (tool, error) => void failures.push({ tool, error }),
  };
  return {
    ...world,
    ports,
    changes,
    appeals,
    decisions,
    failures,
    crmCalls,
    receive: (request) =>
      receiveMcp(
        { method: "POST", path: "/mcp", contentType: null, body: Buffer.alloc(0), ...request },
        ports,
      ),
  };
}

export interface McpSite {
  url: string;
  close(): Promise<void>;
}

/** The way in behind a real server, so that the official client can speak to it. `token`: added to requests that bring none. */
export function serveMcp({ ports }: McpWorld, { token }: { token?: string } = {}): Promise<McpSite> {
  return serve((request) => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return receiveMcp({ ...request, headers: { ...authorization, ...request.headers } }, ports);
  });
}

export async function serve(answer: (request: HttpRequest) => Promise<HttpResponse>): Promise<McpSite> {
  const server = createServer(async (incoming, outgoing) => {
    const headers = incoming.headers as Record<string, string>;
    const { method = "GET", url = "/" } = incoming;
    const body = await buffer(incoming);
    const contentType = headers["content-type"] ?? null;
    const {
      status,
      headers: own,
      body: said,
    } = await answer({ method, path: url, contentType, headers, body });
    outgoing.writeHead(status, own).end(said);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function connect(
  url: string,
  token = ADMIN_TOKEN,
  options: ClientOptions = {},
): Promise<Client> {
  const client = new Client({ name: "a-test", version: "1.0.0" }, options);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return client;
}

/** Everything of a call that ended: its record, what was said, its sound. */
export async function putCall(
  { store }: Pick<World, "store">,
  row: CallRow,
  tenant = "default",
): Promise<void> {
  const call = {
    callId: row.callId,
    tenant,
    source: "bitrix24",
    nativeId: "1",
    startedAt: row.startedAt,
    durationSec: row.durationSec,
    direction: row.direction,
    agent: { id: row.agentId, name: row.agentName, departments: row.departments },
    line: "+74950001122",
    clientPhone: "+79123456789",
    entity: null,
    activityId: null,
    title: null,
  };
  await writeJson(store, callKey(tenant, row.callId), call);
  await store.put(`${recordingPrefix(tenant, row.callId)}mp3`, Buffer.from("ID3 the sound"));
  const said = [
    ["agent", "Алло, слушаю"],
    ["client", "Мой номер 8 912 345-67-89, почта ivan@example.com"],
    ["agent", "Записал, спасибо. Для какой съёмки вам нужен зал, и на какой день вы смотрите?"],
    ["client", "Нам нужен большой зал в субботу с десяти утра, снимаем рекламу кухни, будет человек восемь"],
    ["agent", "В субботу большой зал свободен до двух, четыре часа стоят двенадцать тысяч рублей"],
    ["client", "Хорошо, давайте, пришлите, пожалуйста, адрес и как к вам проехать от метро"],
  ] as const;
  await writeJson(store, transcriptKey(tenant, row.callId), {
    callId: row.callId,
    language: "ru",
    durationSec: 61,
    channels: 2,
    source: { name: "salutespeech", model: "callcenter" },
    roles: { by: "channel", confidence: 1 },
    turns: said.map(([speaker, text], n) => ({
      n,
      speaker,
      startSec: n * 5,
      endSec: n * 5 + 4,
      text,
      words: [],
    })),
  });
}
