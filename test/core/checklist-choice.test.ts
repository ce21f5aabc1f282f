import { describe, expect, it } from "vitest";
import { Checklist } from "../../core/checklist.ts";
import { type ChoiceFacts, fittingChecklists } from "../../core/checklist-choice.ts";

const checklist = (id: string, appliesTo: Record<string, unknown> = {}, status = "published") =>
  Checklist.parse({
    id,
    version: 1,
    name: id,
    status,
    appliesTo,
    criteria: [{ id: "k", text: "…", check: "semantic" }],
  });

const call: ChoiceFacts = {
  direction: "incoming",
  agentId: "7",
  departments: ["1", "12"],
  line: "+74950000001",
  durationSec: 100,
  callType: "first-sale",
};
const fitting = (facts: Partial<ChoiceFacts>, ...checklists: Checklist[]) =>
  fittingChecklists(checklists, { ...call, ...facts }).map(({ id }) => id);

it.each<[string, Record<string, unknown>, Partial<ChoiceFacts>, boolean]>([
  ["any call", {}, {}, true],
  ["any upload", {}, { direction: null, agentId: null, departments: [], line: null, callType: null }, true],
  ["its direction", { directions: ["incoming"] }, {}, true],
  ["another direction", { directions: ["outgoing"] }, {}, false],
  ["an upload, whose direction nobody knows", { directions: ["outgoing"] }, { direction: null }, true],
  ["its agent", { agents: ["5", "7"] }, {}, true],
  ["another agent", { agents: ["5"] }, {}, false],
  ["an agent that nobody knows", { agents: ["7"] }, { agentId: null }, false],
  ["one of the agent's departments", { departments: ["12", "40"] }, {}, true],
  ["another department", { departments: ["2"] }, {}, false],
  ["a department when nobody knows the agent", { departments: ["12"] }, { departments: [] }, false],
  ["its line", { lines: ["+74950000001"] }, {}, true],
  ["another line", { lines: ["+74950000002"] }, {}, false],
  ["a line that nobody knows", { lines: ["+74950000001"] }, { line: null }, false],
  ["its kind", { callTypes: ["first-sale"] }, {}, true],
  ["another kind", { callTypes: ["support"] }, {}, false],
  ["a kind that is not known yet", { callTypes: ["support"] }, { callType: null }, true],
  ["a call that is long enough", { minDurationSec: 100 }, {}, true],
  ["a call that is too short", { minDurationSec: 100.5 }, {}, false],
  ["a call that is short enough", { maxDurationSec: 100 }, {}, true],
  ["a call that is too long", { maxDurationSec: 99 }, {}, false],
  ["all of it", { agents: ["7"], lines: ["+74950000001"], directions: ["incoming"] }, {}, true],
  ["all but one of it", { agents: ["7"], lines: ["+74950000001"], directions: ["outgoing"] }, {}, false],
])("a checklist for %s", (_name, appliesTo, facts, fits) => {
  expect(fitting(facts, checklist("c", appliesTo))).toEqual(fits ? ["c"] : []);
});

it("a draft judges nobody", () => {
  expect(fitting({}, checklist("c", {}, "draft"))).toEqual([]);
});

describe("the most specific one comes first", () => {
  const ladder = [
    checklist("everybody"),
    checklist("direction", { directions: ["incoming"] }),
    checklist("kind", { callTypes: ["first-sale"] }),
    checklist("department", { departments: ["12"], directions: ["incoming", "outgoing"] }),
    checklist("line", { lines: ["+74950000001"] }),
    checklist("agent", { agents: ["7"] }),
  ];
  const order = ["agent", "line", "department", "kind", "direction", "everybody"];

  it("by what it asks for", () => {
    expect(fitting({}, ...ladder)).toEqual(order);
    expect(fitting({}, ...[...ladder].reverse())).toEqual(order);
  });

  it("so that one for an agent beats one that asks for all the rest", () => {
    const rest = checklist("a-rest", {
      lines: ["+74950000001"],
      departments: ["12"],
      callTypes: ["first-sale"],
      directions: ["incoming"],
    });
    expect(fitting({}, rest, ladder.at(-1)!)[0]).toBe("agent");
  });

  it("and of two alike the one whose id comes first, whatever the order of the bucket", () => {
    expect(fitting({}, checklist("b"), checklist("a"), checklist("c"))).toEqual(["a", "b", "c"]);
  });
});

it("the list that was given stays as it was", () => {
  const checklists = [checklist("b"), checklist("a")];
  fittingChecklists(checklists, call);
  expect(checklists.map(({ id }) => id)).toEqual(["b", "a"]);
});
