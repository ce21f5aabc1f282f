import { expect, it } from "vitest";
import { defaultSettings, Settings, SettingsOverride } from "../../core/settings.ts";

it("a kind of call that stands twice is one kind", () => {
  const callTypes = ["booking", "support", "booking"];
  expect(SettingsOverride.parse({ callTypes })).toEqual({ callTypes: ["booking", "support"] });
  expect(Settings.parse({ ...defaultSettings, callTypes }).callTypes).toEqual(["booking", "support"]);
});
