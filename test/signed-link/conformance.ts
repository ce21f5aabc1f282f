import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LONGEST_LINK_SEC, type SignedLinks } from "../../core/ports/signed-link.ts";
import type { Store } from "../../core/ports/store.ts";

export interface LinkedStore {
  store: Store;
  links: SignedLinks;
  /** What whoever follows the link gets; undefined where it opens nothing. */
  open(link: string): Promise<string | undefined>;
  close?(): Promise<void>;
}

/** What every driver of the port keeps. */
export function describeSignedLinks(name: string, make: () => Promise<LinkedStore>): void {
  const options = { forSec: 600, contentType: "audio/mpeg", fileName: "20261120-bitrix24-1.mp3" };

  describe(`${name}: signed links`, () => {
    let linked: LinkedStore;
    beforeEach(async () => {
      linked = await make();
    });
    afterEach(() => linked.close?.());

    it("open the object that they were made for, whatever its name, and no other", async () => {
      const { store, links, open } = linked;
      await store.put("calls/default/Звонок №1 & ещё.mp3", "one");
      await store.put("calls/default/other.mp3", "other");
      expect(await open(await links.linkTo("calls/default/Звонок №1 & ещё.mp3", options))).toBe("one");
      expect(await open(await links.linkTo("calls/default/other.mp3", options))).toBe("other");
      expect(await open(await links.linkTo("calls/default/none.mp3", options))).toBeUndefined();
    });

    it.each(["", "../settings.json", "/etc/passwd", "calls//x"])(
      "are not made for the key %o",
      async (key) => {
        await expect(linked.links.linkTo(key, options)).rejects.toBeInstanceOf(RangeError);
      },
    );

    it.each([0, -1, 0.5, LONGEST_LINK_SEC + 1])("are not made for %d seconds", async (forSec) => {
      await expect(linked.links.linkTo("calls/x.mp3", { ...options, forSec })).rejects.toBeInstanceOf(
        RangeError,
      );
    });

    it.each(['a"; x=.mp3', "a\r\nset-cookie: b", "Звонок.mp3"])(
      "take no name that could end its header: %o",
      async (fileName) => {
        await expect(linked.links.linkTo("calls/x.mp3", { ...options, fileName })).rejects.toBeInstanceOf(
          RangeError,
        );
      },
    );
  });
}
