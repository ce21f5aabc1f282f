import { isIP, type LookupFunction } from "node:net";
// A bundle whose chunks are split gives a CommonJS package's names to a static import alone: whoever wants this later imports this file.
import { Agent, fetch as undiciFetch } from "undici";

/**
 * A `fetch` whose connections resolve names through the check, so that a name cannot show a public address to the check and
 * another one to the connection (DNS rebinding). An injected `fetch` resolves for itself and lacks this second lock.
 */
export function pinnedFetch(
  checkedAddresses: (hostname: string) => Promise<readonly string[]>,
  limits: { connectMs: number; headersMs: number; idleMs: number },
): typeof fetch {
  const lookup: LookupFunction = (hostname, { all }, done) => {
    checkedAddresses(hostname).then(
      (list) => {
        const addresses = list.map((address) => ({ address, family: isIP(address) }));
        if (all) done(null, addresses);
        else done(null, addresses[0]?.address ?? "", addresses[0]?.family);
      },
      (error) => done(error, ""),
    );
  };
  const dispatcher = new Agent({
    connect: { lookup, timeout: limits.connectMs },
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.idleMs,
  });
  // The same standard twice: undici's own types and Node's copy of them do not know each other.
  return ((input: URL, init: object) =>
    undiciFetch(input, { ...init, dispatcher })) as unknown as typeof fetch;
}
