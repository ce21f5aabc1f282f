import { bitrix24Pace } from "../adapters/crm/bitrix24-pace.ts";
import { once, root } from "./deps-root.ts";

/** One for all, since the portal counts everything that comes from here. */
export const crmPace = () => once("crm-pace", () => bitrix24Pace(root().clock));
