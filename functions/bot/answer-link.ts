import type { Question } from "../../core/ask/asked.ts";
import { escapeHtml, fitsButton } from "../../core/ports/notify.ts";
import { CODE_HOURS, makeCode, unlink } from "./link.ts";
import type { Asking, Reply } from "./reply.ts";

/** A code by which an agent may ask about his own calls. Only who sees everybody's may give one. */
export async function answerLink({ people }: Question, { scope, ports, texts }: Asking): Promise<Reply> {
  const { bot } = texts;
  if (scope.kind === "agent") return { blocks: [bot.wrongCode] };
  const [agent, ...others] = people.matches.flatMap(({ candidates }) => candidates);
  if (!agent || others.length > 0) return { blocks: [bot.linkWhom] };
  const code = await makeCode(agent.id, ports);
  const data = `u:${agent.id}`;
  return {
    blocks: [escapeHtml(bot.code(agent.name, CODE_HOURS)), `<code>/link ${code}</code>`],
    buttons: fitsButton(data) ? [[{ text: bot.unlinkButton, data }]] : [],
  };
}

export async function unlinkReply(agentId: string, { scope, ports, texts, staff }: Asking): Promise<Reply> {
  if (scope.kind === "agent") return { blocks: [texts.bot.onlyOwn] };
  const removed = await unlink(agentId, ports);
  const name = staff.find(({ id }) => id === agentId)?.name ?? agentId;
  return { blocks: [escapeHtml(texts.bot.unlinked(name, removed))] };
}
