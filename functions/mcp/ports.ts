import type { Clock } from "../../core/clock.ts";
import type { CallIndex } from "../../core/ports/call-index.ts";
import type { Crm } from "../../core/ports/crm.ts";
import type { Llm } from "../../core/ports/llm.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import type { SignedLinks } from "../../core/ports/signed-link.ts";
import type { Store } from "../../core/ports/store.ts";
import type { ReviewPorts } from "../../core/review.ts";
import type { Settings } from "../../core/settings.ts";
import { textsFor } from "../../locales/index.ts";

export interface McpPorts extends ReviewPorts {
  store: Store;
  clock: Clock;
  queue: QueueSender;
  /** Whose calls the administrator's token opens, where the address names nobody else. */
  tenant: string;
  /** Without it nobody is the administrator, and no recording is linked to. */
  adminToken: string | undefined;
  settingsOf(tenant: string): Promise<Settings>;
  index(): Promise<CallIndex>;
  crm(): Promise<Crm>;
  /** Null when there is no model. */
  llm(): Promise<Llm | null>;
  /** Null where the bucket cannot be reached from outside. */
  signedLinks(): SignedLinks | null;
  /** What failed here, for the operator; the asker is told no more than what to do. */
  onFailure(tool: string, error: unknown): void;
}

/** Who asks: what he asks for is looked for in his tenant's folders alone. */
export interface Caller {
  tenant: string;
  /** May read transcripts unmasked. */
  isAdmin: boolean;
  /** Where this server is reached from outside; null over stdio. */
  baseUrl: string | null;
}

export interface Session extends Caller {
  ports: McpPorts;
  settings: Settings;
  texts: ReturnType<typeof textsFor>;
  now: Date;
}

export async function openSession(caller: Caller, ports: McpPorts): Promise<Session> {
  const settings = await ports.settingsOf(caller.tenant);
  return { ...caller, ports, settings, texts: textsFor(settings.locale), now: ports.clock.now() };
}
