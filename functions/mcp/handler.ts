import { openMcp } from "../deps.ts";
import { onHttp } from "../lambda.ts";
import { receiveMcp } from "./receive.ts";

export const handler = onHttp(receiveMcp, openMcp);
