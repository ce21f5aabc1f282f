import { BlockList, isIPv4, isIPv6 } from "node:net";

/**
 * What may be fetched from an address that somebody else wrote: a reply of a vendor, a redirect. Such addresses are hostile
 * until they pass here. Pure rules; names still have to be resolved, and every address they resolve to has to pass
 * {@link isPublicAddress} as well.
 */

export type UrlRefusal =
  /** Not an absolute URL, or a very long one. */
  | "unreadable"
  | "scheme"
  /** `user:password@`: nobody needs them, and they hide the real host from a reader. */
  | "credentials"
  /** An address inside: private, loopback, link-local, metadata. */
  | "address"
  /** A name that only means something inside: `localhost`, one label, `.local`, `.internal`. */
  | "host";

export type GatedUrl = { url: URL } | { refused: UrlRefusal };

export interface UrlRules {
  /** What a relative address is relative to. */
  base?: URL;
  /** Loopback hosts may be reached, also by plain `http:`. Only for a vendor that is itself configured on loopback. */
  loopback?: boolean;
}

// A signed download address takes some hundred characters.
const MAX_URL_LENGTH = 8192;

/** Reads a foreign address by the rules of WHATWG, which is what `fetch` goes by: `http://0x7f.1` is 127.0.0.1 here as well. */
export function gateUrl(address: string, { base, loopback = false }: UrlRules = {}): GatedUrl {
  if (address.length > MAX_URL_LENGTH || !URL.canParse(address, base?.href)) return { refused: "unreadable" };
  const url = new URL(address, base?.href);
  const isLoopback = isLoopbackHost(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback && isLoopback)) {
    return { refused: "scheme" };
  }
  if (url.username || url.password) return { refused: "credentials" };
  if (loopback && isLoopback) return { url };
  const host = bareHost(url.hostname);
  if (isIPv4(host) || isIPv6(host)) return isPublicAddress(host) ? { url } : { refused: "address" };
  return isInnerName(host) ? { refused: "host" } : { url };
}

/**
 * Whether the host (and port) of a URL is one of these: `files.example.com` (the scheme's own port), `files.example.com:8443`,
 * or `*.example.com` for whatever stands below it, but not itself.
 */
export function isListedHost(url: URL, patterns: readonly string[]): boolean {
  const port = url.port === "" ? "" : `:${url.port}`;
  const host = `${bareHost(url.hostname)}${port}`;
  return patterns.some((pattern) => {
    const wanted = pattern.trim().toLowerCase();
    return wanted.startsWith("*.") ? wanted.length > 2 && host.endsWith(wanted.slice(1)) : host === wanted;
  });
}

/**
 * One host of a list that a person wrote, in the spelling that {@link isListedHost} compares with: lower case, letters of other alphabets as
 * DNS writes them, the scheme's own port left out. A wildcard stands before two labels at least, for `*.com` would be half the world.
 */
export function readListedHost(text: string): { pattern: string } | { refused: "unreadable" | "inner" } {
  const [, wildcard = "", host = ""] = /^(\*\.)?([^\s/\\?#@*:[\]%]+(?::\d{1,5})?)$/.exec(text.trim()) ?? [];
  if (host === "" || !URL.canParse(`https://${host}`)) return { refused: "unreadable" };
  const url = new URL(`https://${host}`);
  const name = bareHost(url.hostname);
  if (isIPv4(name) ? !isPublicAddress(name) : isInnerName(name)) return { refused: "inner" };
  if (wildcard !== "" && isIPv4(name)) return { refused: "unreadable" };
  return { pattern: `${wildcard}${name}${url.port === "" ? "" : `:${url.port}`}` };
}

/** The host without brackets and without the dot that a name may end with: one spelling for one host. */
export function bareHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

/** By name alone; `localhost` is loopback by RFC 6761 §6.3. */
export function isLoopbackHost(hostname: string): boolean {
  const host = bareHost(hostname);
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

function isInnerName(host: string): boolean {
  // RFC 6761, RFC 6762, RFC 8375; `.internal` is ICANN's for private use and Google's metadata service.
  return !host.includes(".") || /\.(localhost|local|internal|home\.arpa|test|invalid|onion)$/.test(host);
}

/** Whether this IP address, in its usual spelling, is on the public internet. What is not an IP address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  const inside = embeddedIPv4(address);
  if (inside) return isPublicAddress(inside);
  return globalUnicast.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}

/** The IPv4 address that an IPv4-mapped (RFC 4291 §2.5.5.2) or NAT64 (RFC 6052) address leads to. */
function embeddedIPv4(address: string): string | undefined {
  const canonical = bareHost(new URL(`http://[${address}]`).hostname);
  const match = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(canonical);
  if (!match?.[2]) return undefined;
  const high = Number.parseInt(match[1] ?? "0", 16);
  const low = Number.parseInt(match[2], 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

// IANA's special-purpose registries (RFC 6890 and later), and one address of a cloud that looks public but is not.
const notPublic = new BlockList();
for (const subnet of [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10", // carrier-grade NAT; also the metadata service of Alibaba Cloud
  "127.0.0.0/8",
  "169.254.0.0/16", // link-local, and with it the metadata services
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "168.63.129.16/32", // Azure's platform address
]) {
  const [network = "", prefix] = subnet.split("/");
  notPublic.addSubnet(network, Number(prefix), "ipv4");
}
// Inside 2000::/3; everything outside of it is not public to begin with.
notPublic.addSubnet("2001::", 23, "ipv6"); // protocol assignments, Teredo among them
notPublic.addSubnet("2001:db8::", 32, "ipv6");
notPublic.addSubnet("2002::", 16, "ipv6"); // 6to4 leads to any IPv4 address
notPublic.addSubnet("3fff::", 20, "ipv6");

const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");
