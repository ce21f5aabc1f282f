import { alertsEn } from "./alerts.en.ts";
import { appeals } from "./appeals.en.ts";
import { coaching, digest } from "./digest.en.ts";
import type { MessageTexts } from "./messages.ru.ts";
import { outcomes } from "./outcomes.en.ts";
import { requestsEn } from "./requests.en.ts";
import { calls, number } from "./words.en.ts";

/** Digests, alerts, and what else comes by itself, in English. */

const vendorReasons: MessageTexts["vendorAlert"]["reasons"] = {
  "crm.unauthorized":
    "The portal rejects the inbound webhook: it was deleted, has expired or is mistyped. Check BITRIX24_WEBHOOK_URL.",
  "crm.forbidden":
    "The portal does not allow reading or writing: check the rights of the webhook and its owner, and that the plan includes REST.",
  "crm.field_missing":
    "The portal's deals or leads have no field for the score: make it with npx cqa crm-setup, or take field out of BITRIX24_WRITE_BACK.",
  "crm.insufficient_scope": "The webhook lacks rights: tick them in the settings of the inbound webhook.",
  "crm.payment_required": "The portal is deleted or not paid for.",
  "crm.blocked": "Bitrix24 has blocked REST for the portal: ask its support.",
  "crm.moved": "The portal has moved to another address: correct BITRIX24_WEBHOOK_URL.",
  "crm.not_found":
    "At the address in BITRIX24_WEBHOOK_URL no portal answers: check the address and the rights of the webhook.",
  "crm.unreachable": "The portal cannot be reached.",
  "speech.unauthorized": "Sber rejects the key: check SBER_OAUTH_CLIENT_ID and SBER_OAUTH_CLIENT_SECRET.",
  "speech.no_money": "The paid minutes have run out: top up the SaluteSpeech project in Sber's cabinet.",
  "speech.forbidden": "The key may not recognise speech: check SALUTESPEECH_SCOPE.",
  "speech.untrusted_certificate":
    "Sber's certificate is not trusted: run npx cqa fetch-ca and set SALUTESPEECH_CA_FILE.",
  "speech.unreachable": "SaluteSpeech cannot be reached.",
  "speech.oauth_unavailable": "Sber's authorization server does not answer.",
  "speech.unavailable": "SaluteSpeech answers with errors.",
  "llm.unauthorized": "The model's service rejects the key: check it and the address of the service.",
  "llm.no_money": "The account at the model's service is empty: top it up.",
  "llm.unknown_model": "The service does not know the model: check its name and the address of the service.",
  "llm.region_refused":
    "The model's service does not serve this country: choose another one or a gateway of your own.",
  "llm.wrong_address": "Something else answers at the model's address: check the address of the service.",
  "llm.rejected_request": "The model does not take requests of this form: choose another model.",
  "llm.timeout": "The model does not answer in time.",
  "llm.unreachable": "The model's service cannot be reached.",
};

export const messagesEn: MessageTexts = {
  outcomes,
  digest,
  coaching,
  appeals,
  alerts: alertsEn,
  requests: requestsEn,
  vendorAlert: {
    vendors: {
      crm: "Bitrix24",
      "crm-comment": "Bitrix24, comments on cards",
      "crm-transcript": "Bitrix24, transcripts on cards",
      "crm-field": "Bitrix24, scores on cards",
      speech: "SaluteSpeech",
      llm: "The language model",
      "llm-fallback": "The fallback model",
      notify: "Telegram",
    },
    paused: (vendor: string, since: string) => `${vendor}: does not serve us since ${since}`,
    recovered: (vendor: string) => `${vendor}: works again`,
    reasons: vendorReasons,
    reason: (code: string): string =>
      Object.hasOwn(vendorReasons, code)
        ? vendorReasons[code as keyof typeof vendorReasons]
        : `Requests remain without an answer (${code}).`,
    nothingLost: "No call is lost: what waits goes on by itself once the cause is mended.",
    goesOn: "What has waited goes on by itself, nothing needs to be done.",
  },
  scorecard: {
    title: (percent) => `Call score: ${percent} of 100`,
    verdicts: {
      met: "met",
      partly: "partly",
      not_met: "not met",
      not_applicable: "not applicable",
      uncertain: "to be reviewed",
    },
    violation: "violation",
    noViolation: "no violation",
    weight: (weight) => `weight ${weight}`,
    advice: "What to say instead",
    summary: "In short",
    need: "What the client needs",
    nextStep: "Next step",
    noNextStep: "none was agreed",
    capped: (raw) => `Sum without the critical violation: ${raw}`,
    review: "The call waits for a person to review it.",
    people: { agent: "Agent", supervisor: "Supervisor" },
    overridden: (who, when, before) => `Verdict changed: ${who}, ${when}. The program said: ${before}.`,
    changed: (before) => `Before a person reviewed it: ${before}`,
    appeal: (who, when, reason) => `Appeal (${who}, ${when}): ${reason}`,
    decisions: {
      open: "The appeal waits for a decision.",
      accepted: "The appeal was accepted.",
      rejected: "The appeal was rejected.",
    },
    transcript: "Transcript",
    speakers: { agent: "Agent", client: "Client", unknown: "Voice" },
    play: (at) => `Listen from ${at}`,
  },
  crmComment: {
    passed: "Passed.",
    notPassed: "Not passed.",
    weakest: "What cost most",
    nextStepAgreed: "agreed",
    source: (checklist, version) => `Checklist “${checklist}”, version ${number(version)}`,
    field: "Score of the last call",
  },
  number,
  calls,
};
