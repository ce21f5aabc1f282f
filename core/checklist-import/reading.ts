import type { Checklist } from "../checklist.ts";

/** One remark on somebody's checklist: where it stands as its author sees it, and what to do about it. */
export interface Finding {
  /** `line 12, column 5`, `row 4, «Вес»`; empty for the file as a whole. */
  place: string;
  message: string;
}

/** What was made of a file. There is a checklist exactly when there are no mistakes. */
export interface Reading {
  checklist: Checklist | undefined;
  mistakes: Finding[];
  /** The checklist works, but probably not as its author thinks. */
  warnings: Finding[];
}

export const unreadable = (place: string, message: string): Reading => ({
  checklist: undefined,
  mistakes: [{ place, message }],
  warnings: [],
});
