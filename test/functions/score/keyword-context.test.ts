import { describe, expect, it } from "vitest";
import { Checklist } from "../../../core/checklist.ts";
import { defaultSettings } from "../../../core/settings.ts";
import { writeJson } from "../../../core/store-json.ts";
import { rescoreCall } from "../../../functions/score/rescore.ts";
import { score } from "../../../functions/score/stage.ts";
import { callJson } from "../report/report-world.ts";
import { run } from "../world.ts";
import { CALL_ID, checklistJson, FOLDER, readScorecard, scoreWorld, transcribed } from "./score-world.ts";

const criteria = [
  { id: "agent", text: "Назвал себя", check: "keyword", phrases: [["меня зовут {agent}"]] },
  { id: "company", text: "Назвал компанию", check: "keyword", phrases: [["{company} меня"]] },
];
const verdictsOf = ({ verdicts }: { verdicts: { verdict: string }[] }) =>
  verdicts.map(({ verdict }) => verdict);

/** The agent says «компания „Север-Окна“, меня зовут Анна». */
async function worldOf(agentName: string | null, companyNames: string[]) {
  const world = await scoreWorld([], { checklists: [checklistJson({ criteria })] });
  const agent = { id: "7", name: agentName, departments: [] };
  await writeJson(world.store, `${FOLDER}call.json`, { ...callJson(CALL_ID), agent });
  return { ...world, settingsOf: async () => ({ ...defaultSettings, companyNames }) };
}

describe("what is known of the call reaches its phrases", () => {
  it.each([
    ["Анна Петрова", ["Север-Окна"], ["met", "met"]],
    ["Ольга Иванова", ["Ромашка"], ["not_met", "not_met"]],
    [null, ["Ромашка", "Север Окна"], ["met", "met"]],
  ])("with the agent %s and the company %j", async (agentName, companyNames, expected) => {
    const world = await worldOf(agentName, companyNames);
    await run(score, transcribed, world);
    expect(verdictsOf(await readScorecard(world))).toEqual(expected);
  });

  it("when a call is scored again", async () => {
    const world = await worldOf("Ольга Иванова", []);
    const rescored = await rescoreCall({
      store: world.store,
      tenant: "default",
      callId: CALL_ID,
      checklist: Checklist.parse(checklistJson({ version: 2, criteria })),
      settings: { ...defaultSettings, companyNames: ["Север-Окна"] },
      llm: null,
    });
    expect(rescored && verdictsOf(rescored.after)).toEqual(["not_met", "met"]);
  });
});
