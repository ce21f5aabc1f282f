import { bitrix24 } from "../../adapters/crm/bitrix24.ts";
import { bitrix24Webhook } from "../../adapters/crm/bitrix24-webhook.ts";
import type { SandboxCall } from "../../local/sandbox/bitrix24.ts";
import { startBitrix24Sandbox } from "../../local/sandbox/bitrix24.ts";
import { type CrmWorld, crmConformance, crmWebhookConformance, type WorldCall } from "./conformance.ts";

crmConformance("bitrix24", async ({ calls, agents }) => {
  const departments = departmentsOf(agents);
  const sandbox = await startBitrix24Sandbox({
    calls: calls.map(sandboxCall),
    agents: agents.map(({ id, name, departments: names }) => {
      const [firstName = "", ...lastName] = name.split(" ");
      const departmentIds = names.map((each) => departments.find((known) => known.name === each)!.id);
      return { id, firstName, lastName: lastName.join(" "), departmentIds };
    }),
    departments,
  });
  return { crm: bitrix24({ webhookUrl: sandbox.webhookUrl }), close: sandbox.close };
});

function departmentsOf(agents: CrmWorld["agents"]) {
  const names = new Set(agents.flatMap(({ departments }) => departments));
  return [...names].map((name, index) => ({ id: index + 1, name }));
}

function sandboxCall(call: WorldCall): SandboxCall {
  const callType = call.kind === "info" ? "5" : call.direction === "incoming" ? "2" : "1";
  return {
    nativeId: call.nativeId,
    callType,
    startedAt: call.startedAt,
    durationSec: call.durationSec,
    failedCode: call.missed ? "304" : "200",
    agentId: call.agentId,
    phone: call.clientPhone ?? "",
    line: call.line ?? "",
    category: call.kind === "internal" ? "internal" : "external",
    ...(call.entity
      ? { entity: { type: call.entity.type.toUpperCase() as "CONTACT", id: call.entity.id } }
      : {}),
    ...(call.activityId ? { activityId: call.activityId } : {}),
    ...(call.audio ? { recording: { file: call.audio } } : {}),
  };
}

const codes = { incoming: "2", outgoing: "1" };

crmWebhookConformance("bitrix24", {
  create: (secret) => bitrix24Webhook({ applicationToken: secret }),
  write({ secret, event, notice = {} }) {
    const fields = {
      event: event === "call-ended" ? "ONVOXIMPLANTCALLEND" : "ONVOXIMPLANTCALLINIT",
      "data[CALL_ID]": notice.nativeId,
      "data[CALL_TYPE]": notice.direction && codes[notice.direction],
      "data[PORTAL_USER_ID]": notice.agentId,
      "data[CALL_DURATION]": notice.durationSec,
      "data[CALL_START_DATE]": notice.startedAt,
      "data[CALL_FAILED_CODE]": { true: "304", false: "200" }[String(notice.missed)],
      ts: notice.sentAt && Date.parse(notice.sentAt) / 1000,
      "auth[application_token]": secret,
    };
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined && value !== null) body.set(name, String(value));
    }
    return { body: body.toString(), contentType: "application/x-www-form-urlencoded" };
  },
});
