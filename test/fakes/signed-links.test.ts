import { expect, it } from "vitest";
import { setClock } from "../../core/clock.ts";
import { describeSignedLinks } from "../signed-link/conformance.ts";
import { memorySignedLinks } from "./signed-links.ts";
import { memoryStore } from "./store.ts";

function made() {
  const clock = setClock("2026-11-20T10:00:00Z");
  const store = memoryStore({ clock });
  return { clock, store, links: memorySignedLinks({ store, clock }) };
}

describeSignedLinks("memory", async () => {
  const { store, links } = made();
  return { store, links, open: async (link) => (await links.open(link))?.body };
});

it("opens nothing once its time is over", async () => {
  const { clock, store, links } = made();
  await store.put("a.mp3", "one");
  const link = await links.linkTo("a.mp3", { forSec: 60, contentType: "audio/mpeg", fileName: "a.mp3" });
  clock.advance(61);
  expect(await links.open(link)).toBeUndefined();
});
