import { expect, it } from "vitest";
import { readChecklist } from "../../../core/checklist.ts";
import { Scorecard } from "../../../core/scorecard.ts";
import type { Transcript } from "../../../core/transcript.ts";
import { scorecardPage } from "../../../functions/report/scorecard-page.ts";
import { judge } from "../../../functions/score/judge.ts";
import { textsFor } from "../../../locales/index.ts";
import { turnsFrom } from "../../core/score/transcripts.ts";

const transcript: Transcript = {
  callId: "20261120-upload-page",
  language: "ru",
  durationSec: 30,
  channels: 2,
  source: { name: "test", model: null },
  roles: { by: "channel", confidence: 1 },
  turns: turnsFrom(
    { speaker: "client", text: "Алло, <b>слушаю</b>" },
    { speaker: "agent", text: "Добрый день, <script>alert(1)</script> компания «Север-Окна»." },
  ),
};
const checklist = readChecklist({
  id: "page",
  version: 1,
  name: "Страница & кавычки",
  criteria: [
    { id: "greeting", text: "Поздоровался <громко>", check: "keyword", phrases: [["добрый день"]] },
    { id: "needs", text: "Выяснил задачу", check: "semantic", weight: 2 },
    { id: "stop", text: "Стоп-фразы", check: "keyword", phrases: [["не знаю"]], polarity: "prohibited" },
  ],
});

async function page(audio: string | null = "запись 1.mp3"): Promise<string> {
  const scorecard = await judge({
    tenant: "default",
    transcript,
    checklist,
    llm: null,
    callTypes: ["first-sale"],
    texts: textsFor("ru").verdict,
  });
  return scorecardPage({
    scorecard: Scorecard.parse(scorecard),
    checklist,
    transcript,
    audio,
    heading: "Анна <А>",
  });
}

it("opens every verdict to its quote and the second at which it was said", async () => {
  const html = await page();
  expect(html.match(/<details class="verdict /g)).toHaveLength(checklist.criteria.length);
  const evidence = transcript.turns[1];
  expect(html).toContain(`<blockquote><button data-sec="${evidence?.startSec}"`);
  expect(html).toContain("<b>Менеджер:</b> Добрый день");
  expect(html).toContain('<details class="verdict uncertain">');
  expect(html).toContain("нарушения нет");
});

it("shows what people said and wrote as text, never as markup", async () => {
  const html = await page();
  expect(html).toContain("Поздоровался &lt;громко&gt;");
  expect(html).toContain("Анна &lt;А&gt;");
  expect(html).toContain("&lt;b&gt;слушаю&lt;/b&gt;");
  expect(html).not.toContain("<script>alert");
  expect(html.match(/<script>/g)).toHaveLength(1);
});

it("has a player only where there is a recording", async () => {
  expect(await page()).toContain('src="запись 1.mp3"');
  expect(await page(null)).not.toContain("<audio");
});
