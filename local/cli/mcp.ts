import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { makeAccessToken, revokeAccessToken } from "../../core/access-token.ts";
import type { Config } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { base, openMcp } from "../../functions/deps.ts";
import { makeMcpServer } from "../../functions/mcp/server.ts";

/**
 * Speaks the Model Context Protocol on standard input and output until the assistant hangs up. Whoever starts it may read `.env`, so he asks
 * as the administrator. Nothing but the protocol goes to standard output.
 */
export async function runMcp({ tenant }: Config): Promise<void> {
  const ports = await openMcp();
  const hungUp = Promise.withResolvers<void>();
  const server = serveStdio(() => makeMcpServer({ tenant, isAdmin: true, baseUrl: null }, ports), {
    onerror: () => console.error("a message of the assistant could not be read"),
  });
  process.stdin.once("close", hungUp.resolve);
  process.stdin.once("end", hungUp.resolve);
  await hungUp.promise;
  await server.close();
}

/** Gives out a token of this company for an assistant; it is shown once and kept nowhere. */
export async function runMcpToken(
  name: string | undefined,
  { revoke }: { revoke?: string },
  { tenant }: Config,
): Promise<void> {
  if ((name === undefined) === (revoke === undefined))
    throw new ConfigurationError("cli.malformed", "a name for the new token is expected, or --revoke TOKEN");
  if (revoke !== undefined) {
    if (await revokeAccessToken(base().store, revoke)) return console.log("The token is taken back.");
    throw new ConfigurationError(
      "cli.no_token",
      "there is no such token: it was taken back already, or is another bucket's",
    );
  }
  console.log(await makeAccessToken(base(), tenant, name ?? ""));
}
