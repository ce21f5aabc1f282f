import { afterEach, describe, expect, test } from "vitest";
import { ConfigurationError, VendorError } from "../../../core/errors.ts";
import { type Answer, closePortals, scriptedPortal } from "./scripted-portal.ts";

afterEach(closePortals);

describe("an agent", () => {
  const user = {
    ID: "42",
    ACTIVE: true,
    NAME: "Анна",
    LAST_NAME: "Петрова-Ёлкина",
    EMAIL: "a@example.com",
    UF_DEPARTMENT: [5, 3],
  };
  const departments = {
    result: [
      { ID: "3", NAME: "«Север»" },
      { ID: 5, NAME: "Продажи" },
      { ID: "9", NAME: "Склад" },
    ],
  };

  async function agent(fields: object, department: Answer = departments) {
    const { crm } = await scriptedPortal({
      "user.get": { result: [{ ...user, ...fields }] },
      "department.get": department,
    });
    return crm.findAgent("42");
  }

  test("has a name and departments in the order of the portal", async () => {
    expect(await agent({})).toEqual({
      id: "42",
      name: "Анна Петрова-Ёлкина",
      departments: ["Продажи", "«Север»"],
    });
  });

  test.each([
    [{ LAST_NAME: "" }, "Анна"],
    [{ NAME: null }, "Петрова-Ёлкина"],
    [{ NAME: "  Анна   Мария ", LAST_NAME: " Ким " }, "Анна Мария Ким"],
    [{ NAME: "", LAST_NAME: "" }, "42"],
  ])("with %j is called %s", async (fields, name) => {
    expect((await agent(fields))?.name).toBe(name);
  });

  test.each([[[]], [false], [null], [""], [{}], [[0]]])(
    "with the departments %j has none, and none are asked for",
    async (value) => {
      expect((await agent({ UF_DEPARTMENT: value }, () => expect.unreachable()))?.departments).toEqual([]);
    },
  );

  test("may have departments that are text, or a map", async () => {
    expect((await agent({ UF_DEPARTMENT: ["5"] }))?.departments).toEqual(["Продажи"]);
    expect((await agent({ UF_DEPARTMENT: { 1: 3 } }))?.departments).toEqual(["«Север»"]);
  });

  test.each(["insufficient_scope", "ACCESS_DENIED", "ERROR_METHOD_NOT_FOUND"])(
    "has no departments when their reading is refused (%s)",
    async (error) => {
      expect(await agent({}, { error })).toMatchObject({ name: "Анна Петрова-Ёлкина", departments: [] });
    },
  );

  test("is not there when the portal finds nobody, or somebody else", async () => {
    expect(await agent({ ID: "43" })).toBeUndefined();
    const { crm } = await scriptedPortal({ "user.get": { result: [], total: 0 } });
    expect(await crm.findAgent("42")).toBeUndefined();
  });

  test("needs the right to read employees", async () => {
    const { crm } = await scriptedPortal({ "user.get": { error: "insufficient_scope" } });
    await expect(crm.findAgent("42")).rejects.toThrow(ConfigurationError);
    await expect(crm.findAgent("42")).rejects.toThrow('"user_basic"');
  });

  test("is asked for once in three hours", async () => {
    const { crm, asked, clock } = await scriptedPortal({
      "user.get": { result: [user] },
      "department.get": departments,
    });
    await Promise.all([crm.findAgent("42"), crm.findAgent("42")]);
    clock.advance(3 * 3600 - 1);
    await crm.findAgent("42");
    expect(asked.map(({ method }) => method)).toEqual(["user.get", "department.get"]);
    clock.advance(2);
    await crm.findAgent("42");
    expect(asked).toHaveLength(4);
  });

  test("is asked for again after a failure", async () => {
    let times = 0;
    const { crm } = await scriptedPortal({
      "user.get": () => {
        times += 1;
        return times === 1 ? { error: "INTERNAL_SERVER_ERROR" } : { result: [user] };
      },
      "department.get": departments,
    });
    await expect(crm.findAgent("42")).rejects.toThrow(VendorError);
    expect(await crm.findAgent("42")).toMatchObject({ id: "42" });
  });
});
