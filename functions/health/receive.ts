import type { Remembered } from "../../core/remembered.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { type Health, type HealthSources, healthOf } from "./health.ts";

export interface HealthPorts extends HealthSources {
  /** Of the whole process: nobody is asked who he is, so nobody may make us pay for each request. */
  memory: Remembered<Health>;
}

const headers = { "content-type": "application/json", "cache-control": "no-store" };

/** `GET /health`: 200 while the service works, 503 when it cannot reach its bucket or its queues, for whoever watches it. */
export async function receiveHealth(request: HttpRequest, ports: HealthPorts): Promise<HttpResponse> {
  // A gateway may put the name of its stage in front.
  if (!/\/health\/?$/.test(request.path)) return { status: 404, body: "not found" };
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, headers: { allow: "GET, HEAD" }, body: "" };
  const health = await ports.memory(() => healthOf(ports));
  return {
    status: health.status === "ok" ? 200 : 503,
    headers,
    body: request.method === "HEAD" ? "" : JSON.stringify(health),
  };
}
