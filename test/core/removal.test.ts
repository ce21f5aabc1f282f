import { expect, it } from "vitest";
import { setClock } from "../../core/clock.ts";
import { noteRemoved, type Removed, readRemoved, removedWords, retentionOf } from "../../core/removal.ts";
import { memoryStore } from "../fakes/store.ts";

const removed = (changed: Partial<Removed> = {}): Removed => ({
  at: setClock("2026-11-20T10:00:00Z").now().toISOString(),
  why: "retention",
  keptDays: 30,
  ...changed,
});

it.each([
  [null, null, null, null],
  [90, null, 90, 90],
  [90, 30, 30, 90],
  [90, 0, 0, 90],
  [null, 0, 0, null],
  // No recording outlives its transcript.
  [30, 90, 30, 30],
])(
  "keeps by RETENTION_DAYS %o and AUDIO_RETENTION_DAYS %o",
  (retentionDays, audioRetentionDays, audioDays, textDays) => {
    expect(retentionOf({ retentionDays, audioRetentionDays })).toEqual({ audioDays, textDays });
  },
);

it("tells of the first removal, whatever comes after it", async () => {
  const store = memoryStore();
  expect(await readRemoved(store, "default", "20261120-upload-1")).toEqual({
    recording: null,
    texts: null,
    settled: false,
  });
  await noteRemoved(store, "default", "20261120-upload-1", { recording: removed() });
  const later = removed({ keptDays: 90 });
  await noteRemoved(store, "default", "20261120-upload-1", { recording: later, texts: later });
  expect(await readRemoved(store, "default", "20261120-upload-1")).toEqual({
    recording: removed(),
    texts: later,
    settled: false,
  });
});

it.each([
  [removed(), "the recording was deleted after 30 days"],
  [removed({ keptDays: 1 }), "the recording was deleted after 1 day"],
  [removed({ keptDays: 0 }), "the recording was deleted once the call was scored: no recordings are kept"],
  [removed({ why: "request", keptDays: null }), "the recording was deleted because somebody asked for it"],
])("says in words why there is none: %o", (note, words) => {
  expect(removedWords("the recording", note)).toBe(words);
});
