import type { CallScript } from "./script.ts";

/** Calls of the day that have nothing to score. */
export const missed: CallScript = {
  slug: "missed",
  nativeId: "A1B2C3D4.1795074900.110",
  callType: "2",
  startedAt: "2026-11-19T10:55:00+03:00",
  agentId: "14",
  phone: "+79990000110",
  failedCode: "304",
  entity: null,
  activityId: null,
  sound: { durationSec: 0 },
  turns: [],
  model: null,
  expected: { outcome: "skipped", code: "call.missed" },
};

export const tooShort: CallScript = {
  slug: "too-short",
  nativeId: "A1B2C3D4.1795077900.111",
  callType: "1",
  startedAt: "2026-11-19T11:45:00+03:00",
  agentId: "12",
  phone: "+79990000111",
  entity: { type: "LEAD", id: "511" },
  activityId: "9111",
  sound: { durationSec: 8 },
  turns: [],
  model: null,
  expected: { outcome: "skipped", code: "call.too_short" },
};

export const internal: CallScript = {
  slug: "internal",
  nativeId: "A1B2C3D4.1795081800.112",
  callType: "1",
  startedAt: "2026-11-19T12:50:00+03:00",
  agentId: "11",
  phone: "104",
  category: "internal",
  entity: null,
  activityId: null,
  sound: { durationSec: 64 },
  turns: [],
  model: null,
  expected: { outcome: "skipped", code: "call.internal" },
};

/** The portal answers 200 with its login page where the recording should be. */
export const loginPage: CallScript = {
  slug: "login-page",
  nativeId: "A1B2C3D4.1795098000.113",
  callType: "1",
  startedAt: "2026-11-19T17:20:00+03:00",
  agentId: "13",
  phone: "+79990000113",
  recordingIsHtml: true,
  entity: { type: "CONTACT", id: "613" },
  activityId: "9113",
  sound: { durationSec: 52 },
  turns: [],
  model: null,
  expected: { outcome: "failed", code: "recording.not_audio" },
};
