import { rootCertificates } from "node:tls";
// A bundle whose chunks are split gives a CommonJS package's names to a static import alone: whoever wants this later imports this file.
import { Agent, fetch as undiciFetch } from "undici";

/**
 * A `fetch` that trusts one more certificate. `ca` replaces Node's own list, so that list is put in front. Only undici's own fetch takes undici's
 * agent: the one built into Node can be of another version.
 */
export function fetchTrusting(caPem: string): typeof fetch {
  const dispatcher = new Agent({ connect: { ca: [...rootCertificates, caPem] } });
  const fetchWith = undiciFetch as unknown as (url: unknown, init: object) => Promise<Response>;
  return (url, init) => fetchWith(url, { ...init, dispatcher });
}
