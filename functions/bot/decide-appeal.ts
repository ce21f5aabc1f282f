import { type Appeal, AppealError, lastOf } from "../../core/appeal.ts";
import type { CallRow } from "../../core/call-row.ts";
import type { AppealChoice } from "../../core/chat-choices.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { resolveAppeal } from "../../core/review.ts";
import { type JudgedScorecard, readScorecardOfCall } from "../../core/scorecard-in-force.ts";
import { appealNotice, criterionName, verdictWords } from "../report/appeal-notice.ts";
import { bold, errorSentence } from "./answer-words.ts";
import { framed, heading } from "./call-card.ts";
import type { Asking, Reply } from "./reply.ts";
import { tellOnce } from "./tell-once.ts";

/** A supervisor decides an appeal by two taps: what, and that he is sure. Agents hear that it is not theirs. */
export async function decideStep(choice: AppealChoice, row: CallRow, asking: Asking): Promise<Reply> {
  const { ports, texts, scope } = asking;
  const { bot, appeals } = texts;
  const { criterionId, accept } = choice;
  if (scope.kind === "agent") return { blocks: [escapeHtml(appeals.errors["appeal.not_supervisor"])] };
  const judged = await readScorecardOfCall(ports.store, ports.tenant, row.callId);
  const appeal = judged && lastOf(judged.appeals, criterionId);
  // Of an appeal before this one.
  if (!appeal || appeal.at !== choice.appealedAt) return { blocks: [bot.oldButton] };
  const { blocks, buttons } = appealNotice(appeal, row, judged, choice.tell, asking.settings);
  if (appeal.status !== "open" && choice.step !== "decide") {
    const decided = escapeHtml(appeals.errors["appeal.decided"]);
    return { ...framed(row, asking), blocks: [...blocks, decided], replaces: true };
  }
  switch (choice.step) {
    case "decide":
      return decide(choice, row, { judged, notice: blocks }, asking);
    case "confirm": {
      const sure = accept
        ? appeals.confirmAccept(verdictWords(accept, criterionId, judged, texts))
        : appeals.confirmReject;
      const button = (text: string, step: AppealChoice["step"]) => ({
        text,
        asks: { text: "", at: "", appeal: { ...choice, step } },
      });
      return {
        blocks: [...blocks, bold(sure)],
        buttons: [[button(appeals.confirm, "decide"), button(bot.pageBack, "look")]],
        replaces: true,
      };
    }
    default:
      return { blocks, buttons, replaces: true };
  }
}

async function decide(
  { callId, criterionId, accept, tell }: AppealChoice,
  row: CallRow,
  { judged, notice }: { judged: JudgedScorecard; notice: string[] },
  asking: Asking,
): Promise<Reply> {
  const { ports, texts } = asking;
  const { appeals } = texts;
  const by = { role: "supervisor", id: null, name: null } as const;
  try {
    const deciding = { tenant: ports.tenant, callId, criterionId, by, accept, comment: null };
    // His chat is in the button, and the decision is told below.
    const review = { ...ports, announceDecision: async () => undefined };
    const { appeal, before, scorecard } = await resolveAppeal(review, deciding);
    const score = (percent: number | null) => (percent === null ? "—" : texts.number(percent));
    // Said again, the score before is the one after; whoever hears of it for the first time still reads what counts.
    const result = [
      decisionWords(appeal, judged, asking),
      escapeHtml(appeals.score(score(before.percent), score(scorecard.percent))),
    ].join("\n");
    if (tell !== null && tell !== asking.chat)
      await tellOnce(callId, `${criterionId} ${appeal.at} decided`, ports, async (notifier) => {
        const about = [heading(row, asking), bold(criterionName(criterionId, row, judged))].join("\n");
        const { cardButton } = texts.appeals;
        const [[card] = []] = framed(row, asking).buttons ?? [];
        const data = card && "data" in card ? card.data : null;
        await notifier.send({
          chat: tell,
          blocks: [about, result],
          ...(data === null ? {} : { buttons: [[{ text: cardButton, data }]] }),
        });
      });
    return { ...framed(row, asking), blocks: [...notice, result], replaces: true };
  } catch (error) {
    if (!(error instanceof AppealError)) throw error;
    return { blocks: [errorSentence(error, texts)] };
  }
}

function decisionWords(appeal: Appeal, judged: JudgedScorecard, { texts }: Asking): string {
  const { appeals } = texts;
  if (appeal.status !== "accepted") return bold(appeals.rejected);
  return bold(appeals.accepted(verdictWords(appeal.decision, appeal.criterionId, judged, texts)));
}
