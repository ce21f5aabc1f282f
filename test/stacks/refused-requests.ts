import { type FunctionName, functions } from "../../stacks/functions.ts";
import type { S3Request } from "../adapters/store/s3-server.ts";

/** What the bucket's policy would have refused, of requests that were signed with the function's name as the key's id. */
export function refusedRequests(requests: readonly S3Request[]): string[] {
  return requests.flatMap(({ method, key, query, headers }) => {
    const [, name = ""] = /Credential=([^/]+)/.exec(headers.authorization ?? "") ?? [];
    // Whether a host holds conditions of writes is tried elsewhere; AWS is trusted to.
    if (!(name in functions) || key.startsWith("settings/.probe-")) return [];
    const { reads, writes, deletes = [] } = functions[name as FunctionName].bucket;
    const isGivingUp = method === "DELETE" && query.has("uploadId");
    const allowed = ["GET", "HEAD"].includes(method)
      ? reads
      : method === "DELETE" && !isGivingUp
        ? deletes
        : writes;
    // A list names no key but a prefix.
    const asked = key === "" ? (query.get("prefix") ?? "") : key;
    return allowed.some((pattern) => matches(pattern, asked)) ? [] : [`${name} may not ${method} ${asked}`];
  });
}

/** As IAM does: `*` stands for any characters. */
function matches(pattern: string, key: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(key);
}
