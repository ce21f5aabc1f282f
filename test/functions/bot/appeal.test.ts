import { beforeEach, describe, expect, it } from "vitest";
import { callKey, checklistKey, publishedKey } from "../../../core/bucket-layout.ts";
import { callRef } from "../../../core/call-ref.ts";
import { markDone } from "../../../core/claim.ts";
import type { ChatUpdate } from "../../../core/ports/chat.ts";
import { writeJson } from "../../../core/store-json.ts";
import { readBlocks } from "../../fakes/notify.ts";
import { callJson } from "../report/report-world.ts";
import {
  AGENT_PERSON,
  asAgent,
  type BotWorld,
  botWorld,
  OWN_CHAT,
  putRows,
  putScorecard,
  rowOf,
} from "./bot-world.ts";

let world: BotWorld;
const own = rowOf("2026-11-19", "petrov", 1, { percent: 66.7 });
const other = rowOf("2026-11-19", "rudnev", 2, { percent: 66.7 });
const inOwnChat = { chat: OWN_CHAT, isPrivate: false } as const;

const checklist = {
  id: "first-sale",
  version: 1,
  name: "Первая продажа",
  status: "published",
  bands: { green: 80, yellow: 60 },
  criteria: [
    { id: "greeting", text: "Поздоровался и назвал себя", check: "semantic", weight: 10 },
    { id: "needs", text: "Выяснил задачу клиента", check: "semantic", weight: 20 },
  ],
};

beforeEach(async () => {
  world = botWorld();
  await putRows(world, own, other);
  await writeJson(world.store, checklistKey("default", "first-sale", 1), checklist);
  for (const { callId, agentId, agentName } of [own, other]) {
    const agent = { id: agentId ?? "", name: agentName, departments: [] };
    await writeJson(world.store, callKey("default", callId), callJson(callId, { agent }));
    const scored = { checklistId: "first-sale", checklistVersion: 1 };
    await markDone(world.store, world.clock, publishedKey("default", callId, "scoring"), scored);
  }
  await putScorecard(world, own);
  await putScorecard(world, other);
});

const press = (text: string, from: Partial<ChatUpdate>) => world.press(world.buttons().get(text) ?? "", from);
const sentTo = (chat: string) =>
  world.telegram.sent.filter((message) => message.chat === chat).map(({ blocks }) => readBlocks(blocks));

/** «Не согласен» → the criterion → the reason. */
async function objects(reason = "Я назвал себя <b> на второй секунде") {
  await world.press(`c:${callRef(own.callId)}`, asAgent);
  await press("Не согласен", asAgent);
  await press("Поздоровался и назвал себя", asAgent);
  return world.say(reason, asAgent);
}

/** The buttons of the message to the supervisor. */
function noticeButtons(): Map<string, string> {
  const notice = world.telegram.sent.findLast(({ chat }) => chat === OWN_CHAT);
  return new Map(
    (notice?.buttons ?? []).flat().map((button) => [button.text, "data" in button ? button.data : ""]),
  );
}

describe("an appeal by the bot", () => {
  it("is made by two taps and a reason, and decided by two taps [bot:appeal]", async () => {
    await world.press(`c:${callRef(own.callId)}`, asAgent);
    expect(await press("Не согласен", asAgent)).toContain("С каким критерием");
    expect([...world.buttons().keys()]).toEqual(["Поздоровался и назвал себя"]);
    expect(await press("Поздоровался и назвал себя", asAgent)).toContain("почему вы не согласны");
    await world.say("Я назвал себя <b> на второй секунде", asAgent);
    const [notice = "", ...more] = sentTo(OWN_CHAT);
    expect(more).toEqual([]);
    expect(notice).toContain("Программа: не выполнено");
    expect(notice).toContain("Менеджер, 1:14: «Алло, <слушаю> & что?»");
    expect(notice).toContain("Причина: Я назвал себя <b> на второй секунде");
    expect([...noticeButtons().keys()]).toEqual(["Выполнено", "Частично", "Не применимо", "Отклонить"]);
    expect(await world.press(noticeButtons().get("Выполнено") ?? "", inOwnChat)).toContain(
      "Изменить вердикт на «выполнено»?",
    );
    expect(world.changes).toEqual([]);
    expect(await press("Да", inOwnChat)).toContain("Балл: 66,7 → 100");
    expect(world.changes).toHaveLength(1);
    expect(sentTo(AGENT_PERSON).at(-1)).toContain("Возражение принято: выполнено.\nБалл: 66,7 → 100");
    expect(await world.press(`c:${callRef(own.callId)}`, asAgent)).toContain("✓ Поздоровался и назвал себя");
  });

  it("leaves the score as it is when it is rejected, and says so to both", async () => {
    await objects();
    await world.press(noticeButtons().get("Отклонить") ?? "", inOwnChat);
    expect(await press("Да", inOwnChat)).toContain("вердикт остаётся.\nБалл: 66,7");
    expect(sentTo(AGENT_PERSON).at(-1)).toContain("Возражение отклонено");
  });

  it("tells the supervisor and the agent once, however often it is said and decided", async () => {
    await objects();
    expect(await objects()).toContain("уже отправлено");
    expect(sentTo(OWN_CHAT)).toHaveLength(1);
    const accept = noticeButtons().get("Выполнено") ?? "";
    await world.press(noticeButtons().get("Отклонить") ?? "", inOwnChat);
    const sure = world.buttons().get("Да") ?? "";
    await world.press(sure, inOwnChat);
    const told = sentTo(AGENT_PERSON).length;
    await world.press(sure, inOwnChat);
    expect(sentTo(AGENT_PERSON)).toHaveLength(told);

    expect(await world.press(accept, inOwnChat)).toContain("уже принял решение");
  });

  it("is read from one sentence that answers the message about the call", async () => {
    const repliesTo = { messageId: "1", buttons: [`c:${callRef(own.callId)}`] };
    const said = await world.say("Не согласен с приветствием, поздоровался: назвал себя вчера в 14:35", {
      ...asAgent,
      repliesTo,
    });
    expect(said).toContain("возражение отправлено");
    expect(sentTo(OWN_CHAT).join()).toContain("Причина: назвал себя вчера в 14:35");
  });

  it("asks for the criterion where the sentence names none", async () => {
    const repliesTo = { messageId: "1", buttons: [`c:${callRef(own.callId)}`] };
    expect(await world.say("не согласен", { ...asAgent, repliesTo })).toContain("С каким критерием");
  });

  it("is nobody else's: an agent reaches only his own calls", async () => {
    const answer = await world.press(`p:${callRef(other.callId)}`, asAgent);
    expect(answer).toContain("Такого звонка не нашлось");
  });

  it("is not decided by an agent, even with the supervisor's button in his hand", async () => {
    await objects();
    for (const data of noticeButtons().values())
      expect(await world.press(data, asAgent)).toContain("может только руководитель");
    expect(world.changes).toEqual([]);
  });

  it("is not decided by the button of an appeal before it", async () => {
    await objects();
    const old = noticeButtons();
    await world.press(old.get("Отклонить") ?? "", inOwnChat);
    await press("Да", inOwnChat);
    world.clock.advance(300);
    await world.press(`p:${callRef(own.callId)}`, inOwnChat);
    await press("Поздоровался и назвал себя", inOwnChat);
    await world.say("Ошибся, прав сотрудник", inOwnChat);
    expect(await world.press(old.get("Выполнено") ?? "", inOwnChat)).toContain("Эта кнопка устарела");
  });

  it("asks again for a reason without words, and takes a command for a command", async () => {
    expect(await objects("???")).toContain("Напишите причину словами");
    expect(await world.say("Назвал себя", asAgent)).toContain("возражение отправлено");
    await world.press(`p:${callRef(own.callId)}`, asAgent);
    await press("Поздоровался и назвал себя", asAgent);
    expect(await world.say("/help", asAgent)).toContain("/digest");
    expect(await world.say("звонки вчера", asAgent)).toContain("Нашёлся 1 звонок");
  });

  it("takes no reason that comes much later", async () => {
    await world.press(`p:${callRef(own.callId)}`, asAgent);
    await press("Поздоровался и назвал себя", asAgent);
    world.clock.advance(16 * 60);
    await world.say("звонки вчера", asAgent);
    expect(sentTo(OWN_CHAT)).toEqual([]);
  });
});
