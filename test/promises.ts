/**
 * What this product promises to those who use it, in their words. Each is held by at least one test, whose name ends with the
 * promise's key in brackets; `promises.test.ts` fails when one is not.
 */
export const promises = {
  "webhook:queued-before-200": "The portal hears 200 only when the call is safe with us.",
  "webhook:queue-down": "When we cannot take a call, the portal hears so and nothing is pretended.",
  "webhook:forged": "Nobody but our own portal can put a call in.",
  "webhook:no-token-configured": "While no token is set, the door is shut, not open.",
  "ingest:duplicate-webhook": "The same call announced twice is fetched once.",
  "ingest:recording-late": "A recording that the portal has only hours later is still scored.",
  "ingest:bad-recording":
    "A recording that cannot be scored is named for what it is, never scored as a zero.",
  "ingest:constant-memory": "A recording of many hours is taken as easily as one of a minute.",
  "sweep:lost-webhook": "A call whose notice was lost is found and scored all the same.",
  "sweep:crash-between": "A call that a crash left standing goes on from where it stands.",
  "sweep:three-times": "A call that does not move in spite of three tries is left alone, and named.",
  "backfill:resume": "Fetching past calls can be stopped and goes on where it stopped.",
  "upload:any-name": "A file is scored whatever a person called it.",
  "upload:while-written": "A file that is still being copied is left alone until it is whole.",
  "upload:same-file-twice": "The same file announced again, even on another day, is the same call.",
  "transcribe:paid-once": "A recording is paid for once at the recogniser, whatever comes twice or crashes.",
  "transcribe:cap":
    "The recogniser has no more recordings in hand than it takes; the others wait for their turn.",
  "transcribe:roles": "What the client said is not held against the agent.",
  "score:client-cannot-order": "A client who tells the machine to give a hundred points changes no verdict.",
  "score:paid-once": "The model is paid once for a call, whatever comes twice or crashes.",
  "score:second-question-fails":
    "What the model has answered is not paid for again when its next answer fails.",
  "score:same-answer-same-scorecard":
    "The same call and the same answer give the same scorecard, byte for byte.",
  "score:quotes-stand": "Every verdict quotes what was really said, with the second at which it was said.",
  "score:uncertain-not-zero": "When the model fails, a person decides; the agent does not get a zero.",
  "score:no-checklist": "A call that no checklist is for is not judged by another one.",
  "report:row-twice": "A call stands in the reports once.",
  "report:digest-once": "The digest of a day comes once.",
  "report:digest-counts": "The numbers of the digest are those of the calls.",
  "report:late-calls": "A call that was finished after its day's digest is counted by the next one, once.",
  "report:html-escaped": "A client called <b> breaks no message.",
  "report:locale": "Who reads English gets English, to the last word.",
  "effects:repeats-are-counted":
    "What may have been paid for or sent twice can be seen in the bucket, and counted.",
  "effects:receipt-insists":
    "A bucket that fails for a moment loses no receipt of what was paid for or sent.",
  "effects:model-key": "A gateway that remembers answers can tell a repeated question from a new one.",
  "effects:visible-duplicate":
    "A digest of which nobody knows whether it arrived comes twice rather than not at all.",
  "failure:ours-is-not-the-calls": "A wrong key or an empty account of ours writes off no call.",
  "failure:sign-of-life": "A call that waits or fails says in its folder why.",
  "vendor:refused-key":
    "A vendor that refuses us is left alone until it is mended, and the supervisor is told once.",
  "vendor:retry-after": "A vendor that asks for a pause gets it.",
  "vendor:told-once": "That a vendor refuses us, and that it serves us again, is said once.",
  "failure:batch-by-message": "One bad message takes no other one down with it.",
  "pipeline:every-call-ends": "Every call ends in a score or in a named reason.",
  "pipeline:paid-once": "A whole day, with duplicates and bad moments, is paid for once.",
  "pipeline:one-digest": "A whole day ends in one digest that is right.",
  "privacy:nothing-personal-in-logs": "The log holds no phone, no name, no spoken word, no secret.",
  "privacy:nothing-personal-on-queues": "The queues hold no phone, no name, no spoken word, no secret.",
  "log:one-line-per-message": "What became of a call can be read from the log, one line for each step.",
  "log:one-trace-per-call": "All steps of a call are found under one trace.",
  "architecture:arrows-to-core": "A vendor can be replaced without touching the rules of judging.",
} as const;
