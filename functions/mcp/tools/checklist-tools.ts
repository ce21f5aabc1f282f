import * as z from "zod";
import { Checklist, checklistMistakes, readChecklist } from "../../../core/checklist.ts";
import { addVersion, putInForce, removeChecklist } from "../../../core/checklist-versions.ts";
import { CallerError } from "../caller-error.ts";
import { checklistsInUse, findChecklist, noChecklist, versionsInUse } from "../checklists.ts";
import type { Session } from "../ports.ts";
import { defineTool } from "../tool.ts";

const TenantId = z
  .string()
  .max(64)
  .optional()
  .describe("May be left out: the token says whose checklists these are");
const ChecklistId = z.string().min(1).max(64);
const Version = z.number().int().positive();

const ChecklistShown = z.object({
  checklist_id: z.string(),
  version: z.number().int(),
  versions: z.array(z.number().int()),
  name: z.string(),
  status: z.enum(["draft", "published"]),
  checklist: z.record(z.string(), z.unknown()),
});

export const listChecklists = defineTool({
  name: "list_checklists",
  title: "List checklists",
  description: "The company's checklists in the version that is in force.",
  effects: { readOnly: true },
  isOwnText: true,
  input: z.strictObject({ tenant_id: TenantId }),
  output: z.object({
    checklists: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        version: z.number().int(),
        status: z.string(),
        criteria: z.number().int(),
      }),
    ),
  }),
  async run({ tenant_id }, session) {
    assertOwn(tenant_id, session);
    const known = await checklistsInUse(session);
    return {
      checklists: known.map(({ checklist: { id, name, version, status, criteria } }) => ({
        id,
        name,
        version,
        status,
        criteria: criteria.length,
      })),
    };
  },
  text: ({ checklists }, { texts: { mcp } }) =>
    [
      mcp.checklists(checklists.length),
      ...checklists.map(({ id, version, name }) => `${id}@${version} — ${name}`),
    ].join("\n"),
});

export const getChecklist = defineTool({
  name: "get_checklist",
  title: "Get a checklist",
  description: "A checklist with its criteria, in the version that is in force or another one.",
  effects: { readOnly: true },
  isOwnText: true,
  input: z.strictObject({ tenant_id: TenantId, checklist_id: ChecklistId, version: Version.optional() }),
  output: ChecklistShown,
  async run({ tenant_id, checklist_id, version }, session) {
    assertOwn(tenant_id, session);
    const { checklist, versions } = await findChecklist(checklist_id, version, session);
    return shown(checklist, versions.versions);
  },
  text: ({ checklist_id, version, name, checklist }) =>
    [
      `${checklist_id}@${version} — ${name}`,
      ...Checklist.parse(checklist).criteria.map(({ id, text }) => `- ${id}: ${text}`),
    ].join("\n"),
});

const SeedCriterion = z
  .strictObject({
    criterion_id: z.union([z.string(), z.number()]),
    category: z.string().nullish(),
    text: z.string(),
    is_mandatory: z.boolean().nullish(),
    check_type: z.enum(["keyword", "semantic"]),
    keywords: z.array(z.string()).nullish(),
  })
  .describe("In the short form");
const OwnCriterion = z
  .looseObject({ id: z.string(), text: z.string(), check: z.enum(["keyword", "semantic", "metric"]) })
  .describe("In the full form, as get_checklist shows it");

export const createOrUpdateChecklist = defineTool({
  name: "create_or_update_checklist",
  title: "Save a checklist",
  description:
    "Saves criteria as a new version of a checklist; versions are never changed. By default it is in force at once: calls from now on are " +
    'judged by it. With status "draft" it is only kept. What a version before says of bands and of which calls it is for stays.',
  effects: { idempotent: true },
  isOwnText: true,
  input: z.strictObject({
    tenant_id: TenantId,
    checklist_id: ChecklistId,
    name: z.string().min(1).max(200),
    criteria: z
      .array(z.union([SeedCriterion, OwnCriterion]))
      .min(1)
      .max(200),
    status: z.enum(["draft", "published"]).default("published"),
  }),
  output: ChecklistShown.extend({ is_new: z.boolean(), in_force: z.boolean() }),
  async run({ tenant_id, checklist_id, name, criteria, status }, session) {
    assertOwn(tenant_id, session);
    const { ports, tenant } = session;
    const before = await findChecklist(checklist_id, undefined, session).catch((error: unknown) => {
      if (error instanceof CallerError) return undefined;
      throw error;
    });
    const isSeed = criteria.every((criterion) => "criterion_id" in criterion);
    if (!isSeed && criteria.some((criterion) => "criterion_id" in criterion))
      throw new CallerError("criteria: all in the short form or all in the full form");
    const read = checked(
      isSeed ? { checklist_id, name, criteria } : { id: checklist_id, version: 1, name, criteria },
    );
    const rest = before ? before.checklist : { ...read, language: session.settings.locale };
    const whole: Checklist = { ...rest, id: read.id, name: read.name, criteria: read.criteria, status };
    const { checklist, isNew } = await addVersion(ports.store, tenant, whole);
    const isPublished = checklist.status === "published" && status === "published";
    if (isPublished) await putInForce(ports.store, tenant, checklist.id, checklist.version);
    const versions = await versionsInUse(checklist.id, session);
    return {
      ...shown(checklist, versions?.versions ?? [checklist.version]),
      is_new: isNew,
      in_force: checklist.status === "published" && versions?.inForce === checklist.version,
    };
  },
  text: ({ checklist_id, version, is_new }, { texts: { mcp } }) =>
    mcp.checklistSaved(checklist_id, version, is_new),
});

export const deleteChecklist = defineTool({
  name: "delete_checklist",
  title: "Delete a checklist",
  description:
    "Takes a checklist out of use: no call is judged by it any more and no list shows it. Scores that were given by it stay.",
  effects: { destructive: true, idempotent: true },
  input: z.strictObject({ tenant_id: TenantId, checklist_id: ChecklistId }),
  output: z.object({ status: z.literal("deleted"), checklist_id: z.string() }),
  async run({ tenant_id, checklist_id }, session) {
    assertOwn(tenant_id, session);
    const versions = await versionsInUse(checklist_id, session);
    if (!versions) throw noChecklist(checklist_id);
    await removeChecklist(session.ports.store, session.tenant, versions);
    return { status: "deleted" as const, checklist_id };
  },
  text: ({ checklist_id }, { texts: { mcp } }) => mcp.checklistRemoved(checklist_id),
});

function assertOwn(tenantId: string | undefined, { tenant }: Session): void {
  if (tenantId !== undefined && tenantId !== tenant)
    throw new CallerError("tenant_id: the token is another company's; leave tenant_id out");
}

function checked(json: unknown): Checklist {
  try {
    return readChecklist(json);
  } catch (error) {
    if (error instanceof z.ZodError) throw new CallerError(checklistMistakes(error).join("; "));
    throw error;
  }
}

function shown(checklist: Checklist, versions: readonly number[]): z.infer<typeof ChecklistShown> {
  const { id, version, name, status } = checklist;
  return { checklist_id: id, version, versions: [...versions], name, status, checklist: { ...checklist } };
}
