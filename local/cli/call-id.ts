import { InvalidArgumentError } from "commander";
import { CallId } from "../../core/call.ts";

/** It becomes a path of the bucket and the name of a file. */
export function callId(value: string): string {
  if (CallId.safeParse(value).success) return value;
  throw new InvalidArgumentError("the id of a call like 20261120-bitrix24-ABCD1234.555 is expected.");
}
