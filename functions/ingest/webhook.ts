import type { Clock } from "../../core/clock.ts";
import type { CrmWebhook } from "../../core/ports/crm.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import type { Settings } from "../../core/settings.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { publish } from "../run-stage.ts";
import { callEndedFrom } from "./call-id.ts";

export interface WebhookPorts {
  webhook: CrmWebhook;
  queue: QueueSender;
  clock: Clock;
  tenant: string;
  settingsOf(tenant: string): Promise<Settings>;
}

const MAX_BODY_BYTES = 256 * 1024;

/**
 * Takes what the CRM posts when a call has ended.
 *
 *     POST /webhooks/bitrix24[/<tenant>] → call.ended
 *
 * Answers 200 only after the call is on the queue: the CRM never repeats a notice, and a slow answer is punished with slower delivery.
 */
export async function receiveWebhook(request: HttpRequest, ports: WebhookPorts): Promise<HttpResponse> {
  if (request.method !== "POST") return { status: 405, body: "POST only" };
  const tenant = request.path.replace(/\/+$/, "").split("/")[3] ?? ports.tenant;
  if (request.body.length > MAX_BODY_BYTES) return { status: 413, body: "the notice is too large" };
  // A stranger's tenant has no token that could fit.
  if (tenant !== ports.tenant) return { status: 401, body: "wrong token" };

  const reading = ports.webhook.read(request.body.toString("utf8"), request.contentType);
  switch (reading.kind) {
    case "unauthorized":
      return { status: 401, body: "wrong token" };
    case "unreadable":
      return { status: 400, body: reading.reason };
    case "ignored":
      return { status: 200, body: "" };
    case "call-ended": {
      const settings = await ports.settingsOf(tenant);
      await publish([callEndedFrom(reading.notice, tenant, settings, ports.clock.now())], ports.queue);
      return { status: 200, body: "" };
    }
  }
}
