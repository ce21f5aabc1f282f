import { readButtonData } from "../../core/button-data.ts";
import type { Chat, ChatUpdate } from "../../core/ports/chat.ts";
import { rememberedChats } from "../../core/remembered-chats.ts";
import type { Settings } from "../../core/settings.ts";
import { staffOf } from "../../core/staff.ts";
import { textsFor } from "../../locales/index.ts";
import { maySpeakToStranger, scopeOf } from "./access.ts";
import { replyToText } from "./answer.ts";
import { answerReason } from "./answer-appeal.ts";
import { replyToButton } from "./answer-button.ts";
import { checklistsInForce } from "./checklists.ts";
import { useCode } from "./link.ts";
import { lastShown } from "./memory.ts";
import type { BotPorts } from "./ports.ts";
import type { Asking, Reply } from "./reply.ts";
import { type Scope, scopedIndex } from "./scope.ts";
import { sendReply } from "./send-reply.ts";
import { takeRecording } from "./take-recording.ts";
import { isFirst } from "./updates.ts";
import { heard } from "./voice.ts";

/** Answers one update, once, whoever brings it. When that fails the person is told so before it throws. */
export async function takeUpdate(text: string, ports: BotPorts): Promise<void> {
  const chat = await ports.chat();
  const update = await chat?.read(text);
  if (!chat || !update || !(await isFirst(ports.store, ports.tenant, update.id))) return;
  const settings = await ports.settingsOf(ports.tenant);
  const scope = await scopeOf(update, ports, settings);
  const code = codeIn(update);
  if (code !== null && update.person !== null && scope?.kind !== "everybody") {
    const agentId = await useCode(code, update.person, ports);
    if (agentId !== undefined) return greet(agentId, update, ports, settings);
  }
  if (!scope) return turnAway(update, ports, settings);
  if (update.kind === "text" && update.text.startsWith("/start")) await regain(update, ports);
  if (update.kind === "button") await chat.acknowledge(update.pressId).catch(() => undefined);
  try {
    const asking = await openAsking(update, scope, ports, settings);
    await sendReply(await replyTo(update, asking, chat), update, asking, chat);
  } catch (error) {
    // The log hears of it from whoever called; the person must not wait for an answer that does not come.
    await speak([textsFor(settings.locale).bot.failed], update, ports).catch(() => undefined);
    throw error;
  }
}

async function replyTo(update: ChatUpdate, asking: Asking, chat: Chat): Promise<Reply> {
  switch (update.kind) {
    case "text":
      return replyToSaid(update.text, asking);
    case "button":
      return replyToButton(update.data, asking);
    case "audio": {
      const taken = await takeRecording(update, asking, chat);
      if (taken) return taken;
      const { said, refusal } = await heard(update, asking, chat);
      if (said === undefined) return { blocks: [refusal] };
      const reply = await replyToSaid(said, asking);
      return { ...reply, blocks: [asking.texts.bot.heard(said), ...reply.blocks] };
    }
  }
}

async function replyToSaid(text: string, asking: Asking): Promise<Reply> {
  return (await answerReason(text, asking)) ?? replyToText(text, asking);
}

async function openAsking(
  update: ChatUpdate,
  scope: Scope,
  ports: BotPorts,
  settings: Settings,
): Promise<Asking> {
  const index = await ports.index();
  const now = ports.clock.now();
  const [staff, checklists, shown] = await Promise.all([
    staffOf(index, ports, settings.timeZone),
    checklistsInForce(ports.store, ports.tenant),
    lastShown(update.chat, update.person, ports),
  ]);
  const buttons = update.kind === "button" ? [] : (update.repliesTo?.buttons ?? []);
  const refs = new Set(
    buttons.flatMap((data) => {
      const meaning = readButtonData(data);
      return meaning?.about === "call" ? [meaning.ref] : [];
    }),
  );
  // A list is about several calls: of which of them, the words must tell.
  const [repliedRef = null] = refs.size === 1 ? refs : [];
  return {
    ports,
    chat: update.chat,
    settings,
    texts: textsFor(settings.locale),
    scope,
    index: scopedIndex(index, scope),
    now,
    staff,
    checklists,
    shown,
    repliedRef,
    choice: { text: "", at: now.toISOString() },
  };
}

/** «/start ABCDE-FGHJK» or «/link ABCDE-FGHJK», privately. */
function codeIn(update: ChatUpdate): string | null {
  if (update.kind !== "text" || !update.isPrivate) return null;
  return /^\/(?:start|link|login)\s+([A-Za-z0-9 _-]{10,14})$/i.exec(update.text)?.[1] ?? null;
}

async function greet(
  agentId: string,
  update: ChatUpdate,
  ports: BotPorts,
  settings: Settings,
): Promise<void> {
  const staff = await staffOf(await ports.index(), ports, settings.timeZone);
  const name = staff.find(({ id }) => id === agentId)?.name ?? agentId;
  await regain(update, ports);
  await speak([textsFor(settings.locale).bot.linked(name)], update, ports);
}

async function turnAway(update: ChatUpdate, ports: BotPorts, settings: Settings): Promise<void> {
  if (!(await maySpeakToStranger(update.chat, ports))) return;
  await speak([textsFor(settings.locale).bot.stranger], update, ports);
}

/** Whoever speaks to the bot can be written to again. */
async function regain({ chat }: ChatUpdate, { store, tenant, clock }: BotPorts): Promise<void> {
  await rememberedChats({ store, tenant, clock, announce: async () => undefined }).regained(chat);
}

async function speak(blocks: string[], { chat }: ChatUpdate, ports: BotPorts): Promise<void> {
  await (await ports.notifier())?.send({ chat, blocks });
}
