import { describe, expect, it } from "vitest";
import { describeError } from "../../core/describe-error.ts";
import { ConfigurationError } from "../../core/errors.ts";

const MARK = "https://portal.example/rest/1/s3cret/?phone=+79990001234";

describe("what may be said of an error", () => {
  it("is all of an own one", () => {
    expect(describeError(new ConfigurationError("llm.no_money", "top up LLM_API_KEY"))).toEqual({
      error: "ConfigurationError",
      code: "llm.no_money",
      problem: "top up LLM_API_KEY",
    });
  });

  it("is the name, code and place of a foreign one", () => {
    const error = Object.assign(new TypeError(MARK), { code: "ECONNRESET", url: MARK });
    expect(describeError(error)).toEqual({
      error: "TypeError",
      code: "ECONNRESET",
      at: expect.stringMatching(/^test\/core\/describe-error\.test\.ts:\d+$/),
    });
  });

  it.each<[string, unknown]>([
    ["a text", MARK],
    ["nothing", undefined],
    ["an object", { message: MARK, code: MARK, stack: MARK }],
  ])("is that it is unknown, of %s that was thrown", (_what, thrown) => {
    expect(describeError(thrown)).toEqual({ error: "unknown" });
  });

  it.each<[string, object]>([
    ["a name out of a reply", { name: "Иванова Мария" }],
    ["a name that is an address", { name: MARK }],
    ["a code that is a phone", { code: "+79990001234" }],
    ["a code that is a phone as a number", { code: 79990001234 }],
    ["a code of several words", { code: "invalid key sk-123" }],
    ["a code that is an object", { code: { text: MARK } }],
    ["a message in several lines that look like places", { message: `x\n    at ${MARK}:1:1` }],
    ["a stack without a place", { stack: `Error: ${MARK}\n    at ${MARK}` }],
    ["no stack", { stack: undefined }],
  ])("leaves out %s", (_what, properties) => {
    const said = JSON.stringify(describeError(Object.assign(new Error(MARK), properties)));
    expect(said).not.toMatch(/Иванова|s3cret|7999|sk-123|https/);
    expect(said).toContain('"error":"Error"');
  });

  it("keeps a short number as a code", () => {
    expect(describeError(Object.assign(new Error("x"), { code: 20 }))).toMatchObject({ code: "20" });
  });

  it("finds the place behind frames of Node that have none", () => {
    const error = new Error("x");
    error.stack =
      "Error: x\n    at JSON.parse (<anonymous>)\n    at async Promise.all (index 0)\n    at async read (file:///srv/app/core/x.ts:7:3)";
    expect(describeError(error)).toEqual({ error: "Error", at: "/srv/app/core/x.ts:7" });
  });
});
