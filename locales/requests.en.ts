import type { RequestTexts } from "./requests.ru.ts";
import { calls } from "./words.en.ts";

export const requestsEn: RequestTexts = {
  title: (who) => `A call's recording is needed: ${who}`,
  reasons: {
    "crm.recording_forbidden":
      "The portal refuses the recording: the webhook's owner lacks the right to listen to calls and to read the Disk.",
    "recording.url_refused":
      "The recording lies at an address that it cannot be fetched from, such as a telephone exchange's own network.",
  },
  reason: (code) => `The recording could not be fetched (${code}).`,
  how: "Answer this message with the file, or put it into the bucket:",
  card: "Card in the CRM",
  send: "Send the recording",
  many: (n) => `Recordings cannot be fetched: ${calls(n)} today already`,
  manyNext:
    "That is most likely about rights or the telephony's address and not about single calls. Once access is given, recordings that were refused for rights are fetched by themselves. No message comes about the other calls today.",
};
