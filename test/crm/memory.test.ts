import { memoryCrm, memoryCrmWebhook } from "../fakes/crm.ts";
import { crmConformance, crmWebhookConformance } from "./conformance.ts";

crmConformance("memory", async ({ calls, agents }) => ({
  crm: memoryCrm({
    calls: calls.map(({ audio, ...call }) => ({
      ...call,
      recording: audio ? { fileId: call.nativeId } : null,
    })),
    agents,
    recordings: calls.flatMap(({ nativeId, audio }) =>
      audio ? [[nativeId, { bytes: audio }] as const] : [],
    ),
  }),
  close: async () => {},
}));

crmWebhookConformance("memory", {
  create: (secret) => memoryCrmWebhook({ secret }),
  write: (message) => ({ body: JSON.stringify(message), contentType: "application/json" }),
});
