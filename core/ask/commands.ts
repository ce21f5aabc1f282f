import type { AskedStatus, Order } from "./filters.ts";
import type { Intent } from "./intents.ts";

/** What a command says before its arguments are read. */
export interface Command {
  intent: Intent | "calls" | "call" | "start";
  order?: Order;
  status?: AskedStatus;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  digest: { intent: "digest" },
  сводка: { intent: "digest" },
  report: { intent: "digest" },
  calls: { intent: "calls" },
  latest: { intent: "calls", order: "latest" },
  звонки: { intent: "calls" },
  worst: { intent: "calls", order: "worst" },
  худшие: { intent: "calls", order: "worst" },
  best: { intent: "calls", order: "best" },
  лучшие: { intent: "calls", order: "best" },
  review: { intent: "calls", status: "needs_review" },
  call: { intent: "call" },
  звонок: { intent: "call" },
  transcript: { intent: "transcript" },
  summary: { intent: "summary" },
  why: { intent: "why" },
  почему: { intent: "why" },
  agent: { intent: "agent" },
  agents: { intent: "agents" },
  менеджеры: { intent: "agents" },
  team: { intent: "team" },
  compare: { intent: "compare" },
  objections: { intent: "objections" },
  checklists: { intent: "checklists" },
  checklist: { intent: "checklists" },
  чеклисты: { intent: "checklists" },
  score: { intent: "score" },
  appeal: { intent: "appeal" },
  link: { intent: "link" },
  login: { intent: "link" },
  start: { intent: "start" },
  help: { intent: "help" },
  помощь: { intent: "help" },
};

export interface TypedCommand {
  /** Undefined of a command that there is not. */
  command: Command | undefined;
  /** Where its arguments begin. */
  end: number;
}

/** «/digest», «/digest@botname неделя», «/Call 2026…»; undefined of what is no command. */
export function commandIn(text: string): TypedCommand | undefined {
  const match = /^\s*\/([\p{L}_]{1,32})(?:@\w{1,64})?(?=\s|$)/u.exec(text);
  if (!match) return undefined;
  const name = match[1]?.toLowerCase().replaceAll("ё", "е") ?? "";
  return { command: Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined, end: match[0].length };
}
