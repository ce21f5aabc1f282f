import { openMcp } from "../deps-mcp.ts";
import { onHttp } from "../lambda-http.ts";
import { receiveMcp } from "./receive.ts";

export const handler = onHttp(receiveMcp, openMcp);
