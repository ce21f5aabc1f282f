import { expect, it } from "vitest";
import { Appeals } from "../../core/appeal.ts";
import { appealAgreement } from "../../core/appeal-agreement.ts";
import { appealsAsText } from "../../local/cli/evaluate-appeals.ts";

const by = { role: "supervisor", id: null, name: null };
const at = "2026-11-20T16:00:00.000Z";

/** `needs: not_met → met`; `null`: open; the same word: rejected. */
function list(callId: string, ...given: [criterionId: string, program: string, person: string | null][]) {
  return Appeals.parse({
    callId,
    checklist: { id: "first-sale", version: 1 },
    appeals: given.map(([criterionId, program, person]) => ({
      criterionId,
      by,
      reason: "…",
      at,
      judged: { verdict: program, level: null, points: null },
      ...(person === null
        ? { status: "open" }
        : person === program
          ? { status: "rejected", decision: { by, comment: null, at } }
          : {
              status: "accepted",
              decision: { by, comment: null, at, verdict: person, level: null, points: null },
            }),
    })),
  });
}

it("counts each disputed verdict once, by what became of it in the end", () => {
  const { criteria, all } = appealAgreement([
    list("a", ["needs", "not_met", "met"], ["greeting", "not_met", "not_met"]),
    list("b", ["needs", "not_met", "not_met"]),
    // A slip: back to what the program said.
    list("c", ["needs", "met", "not_met"], ["needs", "met", null]),
    list("d", ["greeting", "not_met", null]),
  ]);
  expect(criteria).toMatchObject([
    { criterionId: "needs", appealed: 3, open: 0, changed: 2, confirmed: 1 },
    { criterionId: "greeting", appealed: 2, open: 1, changed: 0, confirmed: 1 },
  ]);
  // Labels met, not_met, not_met against not_met, not_met, met.
  expect(criteria[0]?.kappa).toBeCloseTo(-0.5);
  expect(all).toMatchObject({ appealed: 5, open: 1, changed: 2, confirmed: 2 });
});

it("says that what nobody complained about is not in it", () => {
  expect(appealsAsText(appealAgreement([list("a", ["needs", "not_met", "met"])]))).toMatch(
    /first-sale +needs +1 +0 +1 +0 +0\.00\n[\s\S]+Only verdicts that somebody appealed against/,
  );
  expect(appealsAsText(appealAgreement([]))).toBe("Nobody has appealed against a verdict yet.");
});
