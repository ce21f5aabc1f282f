import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { type Fault, type SandboxReply, written } from "../../local/sandbox/server.ts";

/** Ways for a server to fail that every vendor shares. */

export const FOR_EVER = 5000;

/** So often that it never ends by itself. */
export const always = (fault: Fault): Fault[] => Array.from({ length: FOR_EVER }, () => fault);

export const serverError: SandboxReply = { status: 500, body: { message: "Internal error" } };

/** What a gateway or a captive portal answers in the vendor's place. */
export const htmlPage: SandboxReply = {
  headers: { "content-type": "text/html; charset=utf-8" },
  body: "<!DOCTYPE html><html><head><title>Вход</title></head><body><form></form></body></html>",
};
export const badGateway: SandboxReply = { ...htmlPage, status: 502 };

export const redirected: SandboxReply = {
  status: 302,
  headers: { location: "https://login.example.com/" },
  body: "<html>302 Found</html>",
};

export function tooMany(retryAfter?: string): SandboxReply {
  return {
    status: 429,
    headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
    body: { message: "Too many requests" },
  };
}

/** The whole of it arrives, and it is only the first half. */
export const truncatedJson = (own: SandboxReply): SandboxReply => {
  const { status, headers, bytes } = written(own);
  return {
    status,
    headers: { ...headers, "content-length": String(Math.floor(bytes.length / 2)) },
    body: bytes.subarray(0, Math.floor(bytes.length / 2)),
  };
};

const UTF_8 = { "content-type": "application/json; charset=utf-8" };

/** UTF-16 that is said to be UTF-8. */
export const inUtf16 = (own: SandboxReply): SandboxReply => {
  const { status, bytes } = written(own);
  return { status, headers: UTF_8, body: Buffer.from(bytes.toString("utf8"), "utf16le") };
};

/** Windows-1251 that is said to be UTF-8. */
export const inWindows1251 = (own: SandboxReply): SandboxReply => {
  const { status, bytes } = written(own);
  return { status, headers: UTF_8, body: Buffer.from(Array.from(bytes.toString("utf8"), byte1251)) };
};

const others1251: Record<string, number> = {
  Ё: 0xa8,
  ё: 0xb8,
  "«": 0xab,
  "»": 0xbb,
  "–": 0x96,
  "—": 0x97,
  "№": 0xb9,
};

function byte1251(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return code;
  if (code >= 0x410 && code <= 0x44f) return code - 0x410 + 0xc0;
  return others1251[character] ?? 0x3f;
}

/** An address at which nobody listens until it is opened, and then whoever stands behind it. */
export async function closedDoor() {
  const url = await freeAddress();
  let server: Server | undefined;
  return {
    url: url.origin,
    async open(target: string): Promise<void> {
      const { hostname, port } = new URL(target);
      server = createServer((socket) => {
        const onward = connect(Number(port), hostname);
        for (const end of [socket, onward]) end.on("error", () => end.destroy());
        socket.pipe(onward).pipe(socket);
      });
      await listening(server, Number(url.port));
    },
    async close(): Promise<void> {
      await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    },
  };
}

async function freeAddress(): Promise<URL> {
  const server = createServer();
  await listening(server, 0);
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return new URL(`http://127.0.0.1:${port}`);
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}
