import { Checklist } from "../../core/checklist.ts";
import { ConfigurationError } from "../../core/errors.ts";

/**
 * Reads `first-sale` or `first-sale@2` as a person types it. It becomes a path of the bucket, so nothing else passes.
 *
 * @throws ConfigurationError when it is neither
 */
export function readChecklistName(name: string): { id: string; version: number | undefined } {
  const [, id = name, version] = /^(.+)@(\d{1,9})$/.exec(name) ?? [];
  if (Checklist.shape.id.safeParse(id).success)
    return { id, version: version === undefined ? undefined : Number(version) };
  throw new ConfigurationError("cli.malformed", "the name of a checklist is expected, like first-sale@2");
}
