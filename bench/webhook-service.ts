import { startService } from "../local/service.ts";
import { answerParent } from "./child.ts";

/** The real service: its HTTP server, pumps, watcher and schedule in one process, as `npm start` runs them. */

answerParent(async ({ env }: { env: Record<string, string> }) => {
  const { port } = await startService({ env, log: (line) => console.log(JSON.stringify(line)) });
  return { port };
});
