import type { Checklist } from "../../core/checklist.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { bold, brief } from "./answer-words.ts";
import type { Asking, Reply } from "./reply.ts";

/** What calls are judged by. */
export function answerChecklists({ checklists, texts }: Asking): Reply {
  const { bot } = texts;
  if (checklists.length === 0) return { blocks: [bot.noChecklists] };
  const lines = checklists.map(({ name, version, criteria, status }) =>
    escapeHtml(bot.checklist(name, version, criteria.length, status === "draft")),
  );
  return {
    blocks: [bold(bot.subjects.checklists), lines.join("\n")],
    buttons: checklists.map(({ id, name }) => [{ text: brief(name, 40), data: `l:${id}` }]),
  };
}

export function checklistReply({ name, version, criteria, status }: Checklist, { texts }: Asking): Reply {
  const title = bold(texts.bot.checklist(name, version, criteria.length, status === "draft"));
  const stages = Map.groupBy(criteria, ({ stage }) => stage ?? "");
  const blocks = [...stages].map(([stage, some]) =>
    [
      ...(stage === "" ? [] : [bold(stage)]),
      ...some.map((criterion) =>
        escapeHtml(
          `${criterion.polarity === "prohibited" ? "⛔" : "·"} ${criterion.text}${criterion.autoFail ? ` (${texts.bot.critical})` : ""}`,
        ),
      ),
    ].join("\n"),
  );
  return { blocks: [title, ...blocks] };
}
