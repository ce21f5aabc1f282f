import * as z from "zod";
import { staff } from "../find.ts";
import { defineTool } from "../tool.ts";

export const listManagers = defineTool({
  name: "list_managers",
  title: "List managers",
  description: "The managers who had calls in the last months, with the ids that other tools take.",
  effects: { readOnly: true },
  input: z.strictObject({}),
  output: z.object({
    managers: z.array(z.object({ id: z.string(), name: z.string(), departments: z.array(z.string()) })),
  }),
  run: async (_asked, session) => ({
    managers: (await staff(session)).map(({ id, name, departments }) => ({
      id,
      name,
      departments: [...departments],
    })),
  }),
  text: ({ managers }, { texts: { mcp } }) =>
    [mcp.managers(managers.length), ...managers.map(({ id, name }) => `${id} — ${name}`)].join("\n"),
});
