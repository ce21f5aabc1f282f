import { s3SignedLinks } from "../adapters/store/s3-signed-link.ts";
import { describeError } from "../core/describe-error.ts";
import type { SignedLinks } from "../core/ports/signed-link.ts";
import { crm } from "./deps-crm.ts";
import { index } from "./deps-index.ts";
import { llm } from "./deps-llm.ts";
import { openReview } from "./deps-review.ts";
import { base, once, root, settingsOf } from "./deps-root.ts";
import type { McpPorts } from "./mcp/ports.ts";

export const openMcp = async (): Promise<McpPorts> => {
  const { tenant, adminToken } = root().config;
  const vendors = { index, crm, llm, signedLinks };
  return { ...(await openReview()), ...base(), ...vendors, tenant, adminToken, settingsOf, onFailure };
};

/** A bucket that speaks plain HTTP is one of this machine alone, where nobody else could follow a link to it. */
function signedLinks(): SignedLinks | null {
  const { s3 } = root().config;
  return s3?.endpoint.startsWith("https://") ? once("signed-links", () => s3SignedLinks(s3)) : null;
}

/** Nothing of what was asked or found, and not on standard output, where a protocol may run. */
function onFailure(tool: string, error: unknown): void {
  const line = { level: "ERROR", message: "mcp failed", tool, ...describeError(error) };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
