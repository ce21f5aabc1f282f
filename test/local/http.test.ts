import { Agent, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterEach, expect, it } from "vitest";
import { type HttpHandler, type HttpService, serveHttp } from "../../local/http.ts";

const services: HttpService[] = [];

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close(0)));
});

async function serve(routes: Record<string, HttpHandler> = {}, options: { requestTimeoutMs?: number } = {}) {
  const service = await serveHttp({ ...options, port: 0, routes });
  services.push(service);
  return { service, port: service.port, url: `http://127.0.0.1:${service.port}` };
}

const saying =
  (body: string): HttpHandler =>
  async () => ({ statusCode: 200, body });

it("gives each path to the handler of its longest prefix, whole segments only", async () => {
  const { url } = await serve({
    "/webhooks/bitrix24": saying("bitrix24"),
    "/webhooks/bitrix24/special": saying("special"),
    "/mcp": saying("mcp"),
  });
  const get = async (path: string) => {
    const response = await fetch(url + path);
    return response.status === 200 ? response.text() : response.status;
  };
  expect(await get("/webhooks/bitrix24")).toBe("bitrix24");
  expect(await get("/webhooks/bitrix24/north")).toBe("bitrix24");
  expect(await get("/webhooks/bitrix24/?auth=1")).toBe("bitrix24");
  expect(await get("/webhooks/bitrix24/special/x")).toBe("special");
  expect(await get("/mcp")).toBe("mcp");
  expect(await get("/webhooks/bitrix24x")).toBe(404);
  expect(await get("/webhooks")).toBe(404);
  expect(await get("/")).toBe(404);
  expect(await get("//mcp")).toBe(404);
});

it("hands over a request as a function URL does", async () => {
  const given: APIGatewayProxyEventV2[] = [];
  const { url } = await serve({
    "/webhooks/bitrix24": async (event) => {
      given.push(event);
      return { statusCode: 201, body: "да", headers: { "x-kept": "yes" } };
    },
  });
  const response = await fetch(`${url}/webhooks/bitrix24/north?x=1`, {
    method: "POST",
    body: new URLSearchParams({ "auth[application_token]": "токен" }),
  });
  expect([response.status, response.headers.get("x-kept"), await response.text()]).toEqual([
    201,
    "yes",
    "да",
  ]);
  expect(given[0]).toMatchObject({
    version: "2.0",
    rawPath: "/webhooks/bitrix24/north",
    requestContext: { http: { method: "POST", path: "/webhooks/bitrix24/north" } },
    headers: { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" },
    isBase64Encoded: true,
  });
  const form = new URLSearchParams(Buffer.from(given[0]?.body ?? "", "base64").toString());
  expect(form.get("auth[application_token]")).toBe("токен");
});

it("answers 502 when a handler throws, and says nothing about it", async () => {
  const { url } = await serve({
    "/mcp": async () => {
      throw new Error("a secret");
    },
  });
  const response = await fetch(`${url}/mcp`, { method: "POST", body: "{}" });
  expect([response.status, await response.text()]).toEqual([502, "try again later"]);
});

it.each([
  ["announced", true],
  ["in pieces of unknown number", false],
])("refuses a body over 6 MB with 413, its length %s", async (_, announced) => {
  let handled = 0;
  const { port } = await serve({
    "/mcp": async () => {
      handled += 1;
      return { statusCode: 200 };
    },
  });
  const size = 7 * 1024 * 1024;
  const response = await post(port, "/mcp", Buffer.alloc(size, "x"), announced);
  expect([response.statusCode, await text(response)]).toEqual([413, "the body is too large"]);
  expect(handled).toBe(0);
  const fits = await post(port, "/mcp", Buffer.alloc(6 * 1024 * 1024, "x"), announced);
  expect(fits.statusCode).toBe(200);
});

it("holds no more than 64 MB of bodies at once, and takes small ones all the same", async () => {
  const finish = Promise.withResolvers<void>();
  const begun: (() => void)[] = [];
  const { port, url } = await serve({
    "/slow": async () => {
      begun.shift()?.();
      await finish.promise;
      return { statusCode: 200 };
    },
    "/webhooks": saying("queued"),
  });
  const big = Buffer.alloc(6 * 1024 * 1024, "x");
  const held: Promise<IncomingMessage>[] = [];
  for (let index = 0; index < 10; index += 1) {
    const { promise, resolve } = Promise.withResolvers<void>();
    begun.push(resolve);
    held.push(post(port, "/slow", big, true));
    await promise;
  }
  const refused = await post(port, "/webhooks", big, true);
  expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([503, "30"]);
  expect(await (await fetch(`${url}/webhooks`, { method: "POST", body: "CALL_ID=1" })).text()).toBe("queued");
  finish.resolve();
  expect((await Promise.all(held)).map(({ statusCode }) => statusCode)).toEqual(held.map(() => 200));
  // What was held is let go of.
  expect((await post(port, "/webhooks", big, true)).statusCode).toBe(200);
});

it("lets go of a client that never finishes its request", async () => {
  const { port, url } = await serve({ "/mcp": saying("fine") }, { requestTimeoutMs: 200 });
  const slow = await open(port);
  slow.write("POST /mcp HTTP/1.1\r\nhost: local\r\ncontent-length: 100\r\n\r\nhalf");
  expect(await text(slow)).toMatch(/^HTTP\/1\.1 408 /);
  expect(await (await fetch(`${url}/mcp`)).text()).toBe("fine");
});

it("serves on after a client that goes away in the middle, of its request or of its answer", async () => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const { port, url } = await serve({
    "/slow": async () => {
      begun.resolve();
      await finish.promise;
      return { statusCode: 200, body: "too late" };
    },
    "/mcp": saying("fine"),
  });
  const inRequest = await open(port);
  inRequest.write("POST /mcp HTTP/1.1\r\nhost: local\r\ncontent-length: 100\r\n\r\nhalf");
  inRequest.resetAndDestroy();
  const inAnswer = await open(port);
  inAnswer.write("GET /slow HTTP/1.1\r\nhost: local\r\n\r\n");
  await begun.promise;
  inAnswer.resetAndDestroy();
  finish.resolve();
  expect(await (await fetch(`${url}/mcp`)).text()).toBe("fine");
});

it("serves fifty clients that keep their connections, and each connection many times", async () => {
  const { port, service } = await serve({
    "/mcp": async (event) => ({ statusCode: 200, body: event.body ?? "" }),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const echo = async (n: number) => {
    const response = await post(port, "/mcp", Buffer.from(String(n)), true, agent);
    return Buffer.from(await text(response), "base64").toString();
  };
  const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => echo(n)));
  expect(answers).toEqual(Array.from({ length: 300 }, (_, n) => String(n)));
  // Fifty idle connections do not hold up the end.
  const startedAt = performance.now();
  await service.close(10);
  expect(performance.now() - startedAt).toBeLessThan(2000);
  agent.destroy();
});

it("answers the request in hand before it closes, and takes no other", async () => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const { service, port } = await serve({
    "/webhooks/bitrix24": async () => {
      begun.resolve();
      await finish.promise;
      return { statusCode: 200, body: "on the queue" };
    },
  });
  const agent = new Agent({ keepAlive: true });
  const answer = post(port, "/webhooks/bitrix24", Buffer.from("x"), true, agent);
  await begun.promise;
  const closed = service.close(10);
  await expect(open(port)).rejects.toThrow("ECONNREFUSED");
  finish.resolve();
  const response = await answer;
  expect([response.statusCode, response.headers.connection]).toEqual([200, "close"]);
  expect(await text(response)).toBe("on the queue");
  await closed;
  agent.destroy();
});

it("cuts off whoever takes longer than the grace", async () => {
  const begun = Promise.withResolvers<void>();
  const { service, port } = await serve({
    "/mcp": () => {
      begun.resolve();
      return new Promise(() => undefined);
    },
  });
  const client = await open(port);
  client.write("GET /mcp HTTP/1.1\r\nhost: local\r\n\r\n");
  await begun.promise;
  await service.close(0.05);
  expect(await text(client)).toBe("");
});

it("names the variable when its port is taken", async () => {
  const { port } = await serve();
  await expect(serveHttp({ port, routes: {} })).rejects.toMatchObject({
    code: "config.port_in_use",
    message: `PORT ${port} is in use by another program: stop that one or set another PORT`,
  });
});

function post(
  port: number,
  path: string,
  body: Buffer,
  announced: boolean,
  agent?: Agent,
): Promise<IncomingMessage> {
  const headers = announced ? { "content-length": body.length } : {};
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, path, method: "POST", headers, ...(agent ? { agent } : {}) }, resolve);
    outgoing.once("error", reject);
    if (!announced) outgoing.write(body.subarray(0, 1));
    outgoing.end(announced ? body : body.subarray(1));
  });
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.on("error", () => undefined);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

it("listens on one address alone when that is wanted, and names the variable when the machine has no such address", async () => {
  const service = await serveHttp({ port: 0, host: "127.0.0.1", routes: { "/mcp": saying("mcp") } });
  services.push(service);
  expect((await fetch(`http://127.0.0.1:${service.port}/mcp`)).status).toBe(200);
  await expect(fetch(`http://127.0.0.2:${service.port}/mcp`)).rejects.toThrow();
  await expect(serveHttp({ port: 0, host: "192.0.2.1", routes: {} })).rejects.toMatchObject({
    code: "config.no_such_address",
    message: expect.stringContaining("LISTEN_HOST"),
  });
});
