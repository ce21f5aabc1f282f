import type { Texts } from "./ru.ts";

export const outcomes: Texts["outcomes"] = {
  "call.missed": "not connected",
  "call.too_short": "too short",
  "call.internal": "internal",
  "call.info": "automatic dialling",
  "call.expired": "older than what is kept",
  "call.voicemail": "answering machine",
  "call.menu": "voice menu",
  "call.wrong_number": "wrong number",
  "call.type_unclear": "kind of call not clear",
  "call.unknown": "not in the portal's statistics",
  "recording.absent": "no recording",
  "recording.empty": "recording is empty",
  "recording.not_audio": "another file instead of the recording",
  "recording.unsupported_format": "format of the recording is not supported",
  "recording.truncated": "recording could not be downloaded whole",
  "recording.too_large": "recording larger than 1 GB",
  "recording.url_refused": "recording lies at an address that is not trusted",
  "speech.rejected_audio": "recognition did not take the recording",
  "speech.undecodable": "recording could not be decoded",
  "speech.task_failed": "recognition gave up",
  "speech.task_lost": "recognition task was lost",
  "speech.timed_out": "recognition did not answer in time",
  "transcript.no_speech": "no speech on the recording",
  "transcript.bad_audio": "recording too bad to understand",
  "checklist.none": "no checklist for it",
  "checklist.invalid": "checklist has a mistake",
  "llm.input_too_long": "conversation longer than the model takes",
};

export const outcome = (code: string) =>
  Object.hasOwn(outcomes, code) ? outcomes[code as keyof typeof outcomes] : code;
