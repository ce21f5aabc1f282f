import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { closeDeps, configure, openScore } from "../../../functions/deps.ts";
import { score } from "../../../functions/score/stage.ts";
import type { SandboxReply } from "../../../local/sandbox/server.ts";
import { type ChatService, completion, startChatService } from "../../llm/chat-service.ts";
import { run } from "../world.ts";
import {
  answerWith,
  goodAnswer,
  goodQuote,
  inventedQuote,
  readScorecard,
  scoreWorld,
  transcribed,
  verdict,
} from "./score-world.ts";

const noMoney: SandboxReply = { status: 402, body: { error: { message: "Insufficient Balance" } } };

let first: ChatService;
let second: ChatService;
let folder: string;

beforeEach(async () => {
  [first, second] = await Promise.all([startChatService(), startChatService()]);
  folder = await mkdtemp(join(tmpdir(), "call-quality-fallback-"));
});

afterEach(async () => {
  closeDeps();
  configure({ env: {} });
  await Promise.all([first.close(), second.close(), rm(folder, { recursive: true, force: true })]);
});

/** The score stage with the two models as the environment names them. */
async function world(more: Record<string, string> = {}) {
  const made = await scoreWorld([]);
  configure({
    env: {
      DATA_DIR: folder,
      LLM_BASE_URL: first.baseUrl,
      LLM_API_KEY: "first-key",
      LLM_MODEL: "first",
      LLM_FALLBACK_BASE_URL: second.baseUrl,
      LLM_FALLBACK_API_KEY: "second-key",
      LLM_FALLBACK_MODEL: "second",
      ...more,
    },
    clock: made.clock,
  });
  const { llm } = await openScore();
  return { ...made, llm };
}

const answered = (answer: object, model: string): SandboxReply => {
  const reply = completion({ content: JSON.stringify(answer) });
  return { ...reply, body: { ...(reply.body as object), model } };
};

it("a model without money is replaced by the fallback within the same run", async () => {
  const ports = await world();
  first.alwaysReplies(() => noMoney);
  second.alwaysReplies(() => answered(goodAnswer, "second-2026-11"));
  expect(await run(score, transcribed, ports)).toMatchObject([{ outcome: "done" }]);
  expect(await readScorecard(ports)).toMatchObject({
    percent: 80,
    needsReview: false,
    verdicts: [
      { criterionId: "greeting" },
      { criterionId: "needs", verdict: "met", evidence: [{ quote: goodQuote.quote }] },
      { criterionId: "next-step", verdict: "not_met" },
    ],
    model: { name: "second-2026-11", attempts: 1 },
  });
  expect(second.bodies()).toMatchObject([{ model: "second", messages: first.bodies()[0]?.messages }]);
});

it("each model gets its own key and no other", async () => {
  const ports = await world();
  first.alwaysReplies(() => noMoney);
  second.alwaysReplies(() => answered(goodAnswer, "second-2026-11"));
  await run(score, transcribed, ports);
  expect(first.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer first-key"]);
  expect(second.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer second-key"]);
});

it("a scorecard that both models had a part in names both", async () => {
  const ports = await world();
  const invented = answerWith({
    needs: verdict("met", [inventedQuote]),
    "next-step": verdict("not_met"),
  });
  first.willReply(answered(invented, "first-2026-11"));
  first.alwaysReplies(() => noMoney);
  second.alwaysReplies(() => answered(goodAnswer, "second-2026-11"));
  expect(await run(score, transcribed, ports)).toMatchObject([{ outcome: "done" }]);
  expect(await readScorecard(ports)).toMatchObject({
    model: { name: "first-2026-11, second-2026-11", attempts: 2, problems: [] },
  });
});

it("what is wrong with the fallback's settings is said with its own variables", async () => {
  await expect(world({ LLM_FALLBACK_API_KEY: "ключ" }).then(({ llm }) => llm())).rejects.toThrow(
    /^LLM_FALLBACK_API_KEY /,
  );
});

it("a call that neither model answers waits for the first", async () => {
  const ports = await world();
  first.alwaysReplies(() => noMoney);
  second.alwaysReplies(() => ({ status: 503, body: "<html>unavailable</html>" }));
  expect(await run(score, transcribed, ports)).toMatchObject([
    { outcome: "later", code: "llm.no_money", problem: expect.stringContaining("LLM_API_KEY") },
  ]);
});
