/**
 * In which order the files of a bucket are copied while the service writes them. What is written last is copied first: whatever a copied file
 * rests on was there before it, and so is copied after it. A row of the index never stands in a backup without its scorecard, nor a scorecard without its
 * transcript; the reverse is what a crash leaves too, and every stage goes on from there.
 */

/** Derived from the rows of the index, and kept right by marks that come and go meanwhile: made anew after a restoration. */
const LEFT_OUT = [
  /^index\/calls\/tenant=[^/]+\/day=[^/]+\//,
  /^index\/dirty\/[^/]+\/\d{4}-\d{2}-\d{2}\/[^/]+\.[0-9a-f]{16}\.json$/,
];

/**
 * They say that something has been sent to a queue, so they must be older than the copy of the queues; or that texts were removed, so they must be older than
 * the copies of the calls: a day that counts as gone through would keep in the backup what was removed while it was made.
 */
const BEFORE_QUEUES = /^index\/[^/]+\/((sweep|backfill|retention)\.json$|uploads\/seen-)/;

const ROW = /^index\/[^/]+\/\d{4}-\d{2}-\d{2}\//;
const inCall = [
  /\/appeals\//,
  /\/(scorecard\/|outcome)/,
  /\/transcript\.json$/,
  /\/recording\./,
  /\/call\.json$/,
];

export type Phase = (key: string) => boolean;

/** Each phase lists the folders that it looks through and what of them it takes. */
export interface Step {
  folders: readonly string[] | "others";
  takes: Phase;
}

export const beforeQueues: Step = { folders: ["index"], takes: (key) => BEFORE_QUEUES.test(key) };

export const afterQueues: readonly Step[] = [
  { folders: ["reports"], takes: () => true },
  { folders: ["index"], takes: (key) => ROW.test(key) },
  { folders: ["calls"], takes: () => true },
  // Which call an uploaded file became, against which verdicts somebody has appealed: written before the call's own files.
  { folders: ["index"], takes: (key) => !ROW.test(key) && !BEFORE_QUEUES.test(key) },
  { folders: "others", takes: () => true },
  { folders: ["uploads"], takes: () => true },
  { folders: ["checklists", "settings"], takes: () => true },
];

export function isLeftOut(key: string): boolean {
  return LEFT_OUT.some((pattern) => pattern.test(key));
}

/** A folder whose files are taken together, so that they can be put in their order. */
export function isCallFolder(folder: string): boolean {
  return /^calls\/[^/]+\/[^/]+\/[^/]+\/$/.test(folder);
}

export function inOrderOfCall(keys: readonly string[]): string[] {
  const rank = (key: string) => {
    const found = inCall.findIndex((pattern) => pattern.test(key));
    return found < 0 ? inCall.length : found;
  };
  return [...keys].sort((one, other) => rank(one) - rank(other));
}

/** Goes neither by RETENTION_DAYS nor when somebody is forgotten: whose bucket it is, these tell. */
export function isKeptForGood(key: string): boolean {
  return /^(checklists|settings)\//.test(key) || /\/call\.json$/.test(key) || ROW.test(key);
}

/** Never changed once it is there, and most of a bucket's bytes. */
export function isRecording(key: string): boolean {
  return /^calls\/[^/]+\/[^/]+\/[^/]+\/recording\.[^/]+$/.test(key);
}
