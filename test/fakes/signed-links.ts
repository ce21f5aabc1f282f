import type { Clock } from "../../core/clock.ts";
import { assertSignable, type SignedLinkOptions, type SignedLinks } from "../../core/ports/signed-link.ts";
import { assertSafeKey, type Store } from "../../core/ports/store.ts";
import { readBytes } from "../../core/store-json.ts";

export interface MemorySignedLinks extends SignedLinks {
  /** What whoever follows the link gets; undefined where it opens nothing any more. */
  open(link: string): Promise<{ body: string; contentType: string } | undefined>;
}

/** Links to objects of any store, without a server. */
export function memorySignedLinks({ store, clock }: { store: Store; clock: Clock }): MemorySignedLinks {
  const links = new Map<string, { key: string; untilMs: number; options: SignedLinkOptions }>();
  return {
    async linkTo(key, options) {
      assertSafeKey(key);
      assertSignable(options);
      const link = `https://bucket.example/${links.size + 1}`;
      links.set(link, { key, untilMs: clock.now().getTime() + options.forSec * 1000, options });
      return link;
    },
    async open(link) {
      const known = links.get(link);
      if (!known || known.untilMs < clock.now().getTime()) return undefined;
      const object = await store.get(known.key);
      if (!object) return undefined;
      const body = Buffer.from(await readBytes(object)).toString("utf8");
      return { body, contentType: known.options.contentType };
    },
  };
}
