import { completable, type McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import type { Texts } from "../../locales/index.ts";
import type { Answering } from "./answering.ts";
import { staff } from "./find.ts";
import { matching, recentCalls } from "./resources.ts";

/** What a person picks from a menu of his assistant, in the company's language. */
export function addPrompts(server: McpServer, { mcp }: Texts, answering: Answering): void {
  const { review, plan, checklist } = mcp.prompts;
  const said = (text: string) => ({
    messages: [{ role: "user" as const, content: { type: "text" as const, text } }],
  });
  server.registerPrompt(
    "call_review",
    {
      title: review.title,
      description: review.description,
      argsSchema: z.object({
        call_id: completable(z.string().min(1).max(200), (begun) =>
          answering("completion/complete", (session) => recentCalls(begun, session)),
        ),
      }),
    },
    ({ call_id }) => said(review.text(call_id)),
  );
  server.registerPrompt(
    "development_plan",
    {
      title: plan.title,
      description: plan.description,
      argsSchema: z.object({
        agent: completable(z.string().min(1).max(200), (begun) =>
          answering("completion/complete", async (session) =>
            matching(
              begun,
              (await staff(session)).map(({ name }) => name),
            ),
          ),
        ),
        period: z.string().min(1).max(200),
      }),
    },
    ({ agent, period }) => said(plan.text(agent, period)),
  );
  server.registerPrompt(
    "checklist_from_description",
    {
      title: checklist.title,
      description: checklist.description,
      argsSchema: z.object({ description: z.string().min(1).max(20_000) }),
    },
    ({ description }) => said(checklist.text(description)),
  );
}
