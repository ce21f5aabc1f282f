import { Agent, request } from "node:http";

export interface Load {
  port: number;
  connections: number;
  requests: number;
  body(): string;
}

/** How long each answer took, in milliseconds. */
export type AnswerTimes = number[];

/** As a portal posts: for each notice a connection of its own, so many at once, again and again. Connecting counts. */
export async function postInBursts(load: Load): Promise<AnswerTimes> {
  const answerMs: AnswerTimes = [];
  for (let sent = 0; sent < load.requests; sent += load.connections) {
    const agent = new Agent({ keepAlive: false });
    const burst = Array.from({ length: load.connections }, () => timedPost(agent, load));
    answerMs.push(...(await Promise.all(burst)));
  }
  return answerMs;
}

/** As a proxy in front posts: so many connections kept open, on each the next notice as soon as the last is answered. */
export async function postWithoutPause(load: Load): Promise<AnswerTimes> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const answerMs: AnswerTimes = [];
  let left = load.requests;
  const connection = async () => {
    while (left-- > 0) answerMs.push(await timedPost(agent, load));
  };
  try {
    // The first of each opens the connection.
    await Promise.all(Array.from({ length: load.connections }, () => timedPost(agent, load)));
    await Promise.all(Array.from({ length: load.connections }, connection));
  } finally {
    agent.destroy();
  }
  return answerMs;
}

async function timedPost(agent: Agent, { port, body }: Load): Promise<number> {
  const text = body();
  const startedAt = performance.now();
  await post(agent, port, text);
  return performance.now() - startedAt;
}

function post(agent: Agent, port: number, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": Buffer.byteLength(body),
    };
    const posted = request(
      { agent, host: "127.0.0.1", port, method: "POST", path: "/webhooks/bitrix24", headers },
      (response) => {
        response.resume();
        response.on("error", reject);
        response.on("end", () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
        );
      },
    );
    posted.on("error", reject);
    posted.end(body);
  });
}
