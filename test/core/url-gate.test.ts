import { describe, expect, test } from "vitest";
import {
  bareHost,
  gateUrl,
  isListedHost,
  isLoopbackHost,
  isPublicAddress,
  readListedHost,
} from "../../core/url-gate.ts";

/** The host that is reached, or why it is refused. */
const outside: [address: string, outcome: string][] = [
  ["https://portal.example.com/file.mp3?token=a%7Cb", "portal.example.com"],
  ["https://portal.example.com:8443/", "portal.example.com:8443"],
  ["https://portal.example.com:443/", "portal.example.com"],
  ["HTTPS://PORTAL.EXAMPLE.COM/", "portal.example.com"],
  ["https://portal.example.com./", "portal.example.com."],
  ["https:\\\\portal.example.com\\file", "portal.example.com"],
  ["https:portal.example.com", "portal.example.com"],
  ["  https://portal.example.com/\n", "portal.example.com"],
  ["https://por\ttal.example.com/", "portal.example.com"],
  ["https://портал.рф/запись.mp3", "xn--80awhdgm.xn--p1ai"],
  ["https://xn--80awhdgm.xn--p1ai/", "xn--80awhdgm.xn--p1ai"],
  ["https://good.example.com\\@evil.example.net/", "good.example.com"],
  ["https://8.8.8.8/", "8.8.8.8"],
  ["https://134744072/", "8.8.8.8"],
  ["https://[2606:4700:4700::1111]/", "[2606:4700:4700::1111]"],
  ["https://[::ffff:8.8.8.8]/", "[::ffff:808:808]"],
  ["https://[64:ff9b::8.8.8.8]/", "[64:ff9b::808:808]"],
  ["https://10.example.com/", "10.example.com"],
  // What is no address.
  ["", "unreadable"],
  ["file.mp3", "unreadable"],
  ["//portal.example.com/file", "unreadable"],
  ["https://", "unreadable"],
  ["https://a b/", "unreadable"],
  ["https://999.1.1.1/", "unreadable"],
  ["https://1.2.3.4.5/", "unreadable"],
  ["https://portal.example.com:99999/", "unreadable"],
  ["https://[::1%25eth0]/", "unreadable"],
  ["https://[fe80::1", "unreadable"],
  ["https://xn--/", "host"],
  [`https://portal.example.com/${"a".repeat(8192)}`, "unreadable"],
  // Schemes.
  ["http://portal.example.com/", "scheme"],
  ["ftp://portal.example.com/", "scheme"],
  ["file:///etc/passwd", "scheme"],
  ["data:audio/mpeg;base64,SUQz", "scheme"],
  ["blob:https://portal.example.com/1", "scheme"],
  ["javascript:alert(1)", "scheme"],
  ["gopher://portal.example.com:25/", "scheme"],
  ["http://127.0.0.1/", "scheme"],
  // Credentials.
  ["https://user:password@portal.example.com/", "credentials"],
  ["https://user@portal.example.com/", "credentials"],
  ["https://portal.example.com@evil.example.net/", "credentials"],
  ["https://:password@portal.example.com/", "credentials"],
  ["https://portal.example.com%40evil@evil.example.net/", "credentials"],
  // Addresses inside, in every spelling that a browser takes.
  ["https://127.0.0.1/", "address"],
  ["https://127.0.0.1./", "address"],
  ["https://127.1/", "address"],
  ["https://0x7f.1/", "address"],
  ["https://0x7f000001/", "address"],
  ["https://2130706433/", "address"],
  ["https://0177.0.0.1/", "address"],
  ["https://017700000001/", "address"],
  ["https://１２７.0.0.1/", "address"],
  ["https://127。0。0。1/", "address"],
  ["https://%31%32%37.0.0.1/", "address"],
  ["https://0/", "address"],
  ["https://0.0.0.0/", "address"],
  ["https://10.0.0.1/", "address"],
  ["https://172.16.0.1/", "address"],
  ["https://192.168.1.1:8443/", "address"],
  ["https://100.64.0.1/", "address"],
  ["https://169.254.169.254/latest/meta-data/", "address"],
  ["https://0xa9fea9fe/", "address"],
  ["https://[::1]/", "address"],
  ["https://[::]/", "address"],
  ["https://[0:0:0:0:0:0:0:1]/", "address"],
  ["https://[::ffff:127.0.0.1]/", "address"],
  ["https://[::ffff:7f00:1]/", "address"],
  ["https://[0:0:0:0:0:ffff:a9fe:a9fe]/", "address"],
  ["https://[::127.0.0.1]/", "address"],
  ["https://[64:ff9b::10.0.0.1]/", "address"],
  ["https://[fe80::1]/", "address"],
  ["https://[fc00::1]/", "address"],
  ["https://[fd00:ec2::254]/", "address"],
  ["https://[ff02::1]/", "address"],
  // Names that only mean something inside.
  ["https://localhost/", "host"],
  ["https://localhost./", "host"],
  ["https://LOCALHOST:8443/", "host"],
  ["https://portal.localhost/", "host"],
  ["https://portal/", "host"],
  ["https://portal.local/", "host"],
  ["https://metadata.google.internal/", "host"],
  ["https://metadata.google.internal./", "host"],
  ["https://nas.home.arpa/", "host"],
];

describe("the gate for foreign addresses", () => {
  test.each(outside)("%s → %s", (address, outcome) => {
    const gated = gateUrl(address);
    expect("url" in gated ? gated.url.host : gated.refused).toBe(outcome);
  });

  test.each([
    ["http://127.0.0.1:3000/file", "127.0.0.1:3000"],
    ["https://localhost:3000/file", "localhost:3000"],
    ["http://[::1]:3000/", "[::1]:3000"],
    ["http://user@127.0.0.1/", "credentials"],
    ["http://10.0.0.1/", "scheme"],
    ["http://portal.example.com/", "scheme"],
    ["http://127.0.0.1.example.com/", "scheme"],
    ["https://10.0.0.1/", "address"],
    ["https://[::ffff:127.0.0.1]/", "address"],
    ["ftp://127.0.0.1/", "scheme"],
  ])("with loopback allowed: %s → %s", (address, outcome) => {
    const gated = gateUrl(address, { loopback: true });
    expect("url" in gated ? gated.url.host : gated.refused).toBe(outcome);
  });

  test.each([
    ["/disk/file?id=1", "https://portal.example.com/disk/file?id=1"],
    ["//evil.example.net/x", "https://evil.example.net/x"],
    ["\\\\evil.example.net\\x", "https://evil.example.net/x"],
    ["?auth=1", "https://portal.example.com/?auth=1"],
  ])("reads %s relative to the portal", (address, outcome) => {
    const gated = gateUrl(address, { base: new URL("https://portal.example.com/") });
    expect("url" in gated && gated.url.href).toBe(outcome);
  });
});

const addresses: [address: string, isPublic: boolean][] = [
  ["1.1.1.1", true],
  ["9.255.255.255", true],
  ["11.0.0.0", true],
  ["100.63.255.255", true],
  ["100.128.0.0", true],
  ["172.15.255.255", true],
  ["172.32.0.0", true],
  ["192.167.255.255", true],
  ["223.255.255.255", true],
  ["0.0.0.1", false],
  ["10.255.255.255", false],
  ["100.100.100.200", false],
  ["127.255.255.255", false],
  ["168.63.129.16", false],
  ["172.31.255.255", false],
  ["192.0.0.8", false],
  ["192.0.2.1", false],
  ["198.19.0.1", false],
  ["198.51.100.1", false],
  ["203.0.113.1", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["2a02:6b8::2:242", true],
  ["2001:4860:4860::8888", true],
  ["::ffff:1.1.1.1", true],
  ["::ffff:192.168.0.1", false],
  ["::FFFF:A00:1", false],
  ["64:ff9b::a9fe:a9fe", false],
  ["64:ff9b:1::1", false],
  ["2001::1", false],
  ["2001:db8::1", false],
  ["2002:7f00:1::1", false],
  ["3fff::1", false],
  ["4000::1", false],
  ["100::1", false],
  ["fe80::1%eth0", false],
  ["2606:4700::1%eth0", false],
  ["", false],
  ["example.com", false],
  ["0177.0.0.1", false],
  ["127.1", false],
  ["8.8.8.8:80", false],
];

test.each(addresses)("the address %j is public: %s", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test.each([
  ["https://pbx.example.com/", ["pbx.example.com"], true],
  ["https://pbx.example.com./", ["PBX.example.com "], true],
  ["https://pbx.example.com:8443/", ["pbx.example.com"], false],
  ["https://pbx.example.com:8443/", ["pbx.example.com:8443"], true],
  ["https://pbx.example.com/", ["pbx.example.com:8443"], false],
  ["https://a.pbx.example.com/", ["*.example.com"], true],
  ["https://example.com/", ["*.example.com"], false],
  ["https://evilexample.com/", ["*.example.com"], false],
  ["https://example.com.evil.net/", ["*.example.com", "example.com"], false],
  ["https://anything.example.net/", ["*."], false],
  ["https://anything.example.net/", [""], false],
  ["https://anything.example.net/", [], false],
])("%s is on the list %j: %s", (address, patterns, isListed) => {
  expect(isListedHost(new URL(address), patterns)).toBe(isListed);
});

test.each([
  ["localhost", true],
  ["localhost.", true],
  ["LOCALHOST", true],
  ["127.0.0.1", true],
  ["127.8.8.8", true],
  ["[::1]", true],
  ["127.0.0.1.example.com", false],
  ["127.evil", false],
  ["localhost.example.com", false],
  ["0.0.0.0", false],
])("%s is loopback: %s", (hostname, isLoopback) => {
  expect(isLoopbackHost(hostname)).toBe(isLoopback);
});

describe("a host that a person lists", () => {
  test.each([
    ["pbx.example.com", "https://pbx.example.com/a.mp3", "pbx.example.com"],
    [" PBX.Example.com. ", "https://pbx.example.com/a.mp3", "pbx.example.com"],
    ["pbx.example.com:443", "https://pbx.example.com/a.mp3", "pbx.example.com"],
    ["pbx.example.com:8443", "https://pbx.example.com:8443/a.mp3", "pbx.example.com:8443"],
    ["*.example.com", "https://a.b.example.com/a.mp3", "*.example.com"],
    ["*.example.com:8443", "https://a.example.com:8443/a.mp3", "*.example.com:8443"],
    ["записи.рф", "https://записи.рф/a.mp3", "xn--80anea7an.xn--p1ai"],
    ["8.8.8.8", "https://8.8.8.8/a.mp3", "8.8.8.8"],
  ])("%j lets %s in", (text, address, pattern) => {
    const read = readListedHost(text);
    expect(read).toEqual({ pattern });
    expect("pattern" in read && isListedHost(new URL(address), [read.pattern])).toBe(true);
  });

  test.each([
    ["", "unreadable"],
    ["https://pbx.example.com", "unreadable"],
    ["pbx.example.com/records", "unreadable"],
    ["user@pbx.example.com", "unreadable"],
    ["pbx.example.com:99999", "unreadable"],
    ["pbx.example.com:", "unreadable"],
    ["pbx example.com", "unreadable"],
    ["pbx.*.example.com", "unreadable"],
    ["*", "unreadable"],
    ["*.", "unreadable"],
    ["**.example.com", "unreadable"],
    ["*.8.8.8.8", "unreadable"],
    ["[2606:4700::1]", "unreadable"],
    ["%31%32%37.0.0.1", "unreadable"],
    ["*.com", "inner"],
    ["pbx", "inner"],
    ["localhost", "inner"],
    ["pbx.local", "inner"],
    ["metadata.google.internal", "inner"],
    ["10.0.0.5", "inner"],
    ["127.1", "inner"],
    ["0x7f000001", "inner"],
    ["169.254.169.254:80", "inner"],
  ])("%j is refused: %s", (text, refused) => {
    expect(readListedHost(text)).toEqual({ refused });
  });
});

test("a host has one spelling", () => {
  expect(["Example.COM.", "[::1]", "example.com"].map(bareHost)).toEqual([
    "example.com",
    "::1",
    "example.com",
  ]);
});
