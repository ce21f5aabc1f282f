import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Appeals } from "../../core/appeal.ts";
import { type AppealAgreement, type AppealTally, appealAgreement } from "../../core/appeal-agreement.ts";
import { allAppeals } from "../../core/review.ts";
import { base } from "../../functions/deps.ts";
import { textTable } from "./evaluate-print.ts";

const REMARK =
  "Only verdicts that somebody appealed against are in these figures. They show where the program is disputed, not how often it is right.";

/** `cqa evaluate --from-appeals`: how often people changed what the program said, where somebody did not agree with it. */
export async function evaluateAppeals(tenant: string, out?: string): Promise<void> {
  const lists: Appeals[] = [];
  for await (const list of allAppeals(base().store, tenant)) lists.push(list);
  const agreement = appealAgreement(lists);
  console.log(appealsAsText(agreement));
  if (out === undefined) return;
  await mkdir(out, { recursive: true });
  const file = join(out, "appeals.json");
  const dated = { madeAt: new Date().toISOString(), remark: REMARK, ...agreement };
  await writeFile(file, `${JSON.stringify(dated, null, 2)}\n`);
  console.error(`written to ${file}`);
}

export function appealsAsText({ criteria, all }: AppealAgreement): string {
  if (all.appealed === 0) return "Nobody has appealed against a verdict yet.";
  const head = ["checklist", "criterion", "appealed", "open", "changed", "confirmed", "κ"];
  const rows = [...criteria, { ...all, checklistId: "all together" }].map(cells);
  return `${textTable([head, ...rows], 2)}\n\n${REMARK}`;
}

function cells(tally: AppealTally): string[] {
  const { checklistId, criterionId, appealed, open, changed, confirmed, kappa } = tally;
  const counts = [appealed, open, changed, confirmed].map(String);
  return [checklistId, criterionId, ...counts, kappa === null ? "—" : kappa.toFixed(2)];
}
