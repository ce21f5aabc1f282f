import { functions } from "../../stacks/functions.ts";
import { aligned, figure } from "../table.ts";
import type { Counted } from "./play.ts";
import { type PriceName, prices, region } from "./prices.ts";
import {
  type Bill,
  billedMs,
  callWorkers,
  DAYS,
  dollarsByService,
  functionOf,
  type MonthlyBill,
  serviceOf,
} from "./reckon.ts";
import { emptyTally, sumOf, type Tally } from "./tally.ts";

/** Everything that the command prints, as text for people. */

export interface Goals {
  callDollars: number;
  idleDollars: number;
}
/** The own infrastructure at `GOALS_AT` calls a day, and a month without any. */
export const goals: Goals = { callDollars: 0.0005, idleDollars: 3 };
export const GOALS_AT = 1500;

export function describeRuns(counted: Counted): string {
  const calls = counted.day.calls.length;
  const rows = [...counted.tallies].map(([worker, tally]) => {
    const { runs, coldRuns, s3, sqs, peakRssBytes } = tally;
    const name = functionOf(worker);
    const per = (count = 0) => figure(count / calls);
    const ms = billedMs(worker, tally) / runs;
    return [
      worker,
      String(functions[name].memoryMb),
      (peakRssBytes / 1e6).toFixed(0),
      per(runs),
      String(coldRuns),
      ms.toFixed(0),
      per(s3.get("GET")),
      per(s3.get("PUT")),
      per((s3.get("LIST") ?? 0) + (s3.get("POST") ?? 0)),
      per(sumOf(sqs)),
    ];
  });
  const kinds = Map.groupBy(counted.day.calls, ({ kind }) => kind);
  const what = [...kinds].map(([kind, list]) => `${list.length} ${kind}`).join(", ");
  return [
    `${calls} calls as they come at ${grouped(counted.callsPerDay)} a day: ${what}`,
    "",
    aligned([["", "MB", "RSS MB", "runs/call", "cold", "ms/run", "GET/call", "PUT", "LIST", "SQS"], ...rows]),
  ].join("\n");
}

/** What a call asks of AWS at each of the rates, schedules and the digest left out. */
export function describeRequests(counteds: readonly Counted[]): string {
  const sum = ({ day, tallies }: Counted, of: (tally: Tally) => number) =>
    figure(
      callWorkers.reduce((all, worker) => all + of(tallies.get(worker) ?? emptyTally()), 0) /
        day.calls.length,
    );
  const row = (name: string, of: (tally: Tally) => number) => [
    name,
    ...counteds.map((counted) => sum(counted, of)),
  ];
  const s3 = ["GET", "HEAD", "PUT", "POST", "LIST", "DELETE"];
  const sqs = ["SendMessageBatch", "ReceiveMessage", "DeleteMessageBatch", "GetQueueUrl"];
  const isSeen = (name: string) =>
    counteds.some(({ tallies }) =>
      callWorkers.some((worker) => tallies.get(worker)?.s3.has(name) || tallies.get(worker)?.sqs.has(name)),
    );
  return aligned([
    ["counted per call, at so many a day", ...counteds.map(({ callsPerDay }) => grouped(callsPerDay))],
    ["calls played", ...counteds.map(({ day }) => String(day.calls.length))],
    row("Lambda runs", ({ runs }) => runs),
    ...s3.filter(isSeen).map((name) => row(`S3 ${name}`, (tally) => tally.s3.get(name) ?? 0)),
    ...sqs.filter(isSeen).map((name) => row(`SQS ${name}`, (tally) => tally.sqs.get(name) ?? 0)),
  ]);
}

/** Where the requests to the bucket come from, the most first. */
export function describeObjects({ day, tallies }: Counted, most: number): string {
  const all = [...tallies].flatMap(([worker, { objects }]) =>
    worker === "sweep" || worker === "schedule" || worker === "digest"
      ? []
      : [...objects].map(([what, count]): [string, string, number] => [worker, what, count]),
  );
  const rows = all.sort(([, , one], [, , other]) => other - one).slice(0, most);
  return aligned(
    [
      ["stage", "request", "per call"],
      ...rows.map(([worker, what, count]) => [worker, what, figure(count / day.calls.length)]),
    ],
    (column) => column < 2,
  );
}

export function describeBills(bills: readonly MonthlyBill[]): string {
  const columns = bills.map((bill) => ({ bill, ...sums(bill) }));
  const services = [...new Set(Object.values(serviceOf))].filter((service) => service !== null);
  const row = (name: string, of: (column: (typeof columns)[number]) => number | undefined) => [
    name,
    ...columns.map((column) => dollars(of(column))),
  ];
  return aligned([
    ["US dollars at so many calls a day", ...bills.map(({ callsPerDay }) => grouped(callsPerDay))],
    ...services
      .filter((service) => columns.some(({ byCall }) => byCall.has(service)))
      .map((service) => row(`${service}, per call`, ({ byCall }) => byCall.get(service))),
    row("of a call", ({ call }) => call),
    row("schedules, pollers, alarms: per call", ({ fixed, calls }) => fixed / calls),
    row("own infrastructure per call", ({ total, calls }) => total / calls),
    row("own infrastructure per month", ({ total }) => total),
  ]);
}

/** What the own infrastructure costs at a number of calls, in US dollars of a month. */
export function sums({ perCall, fixed, callsPerDay }: MonthlyBill) {
  const byCall = dollarsByService(perCall);
  const calls = callsPerDay * DAYS;
  const call = sumOf(byCall);
  const fixedDollars = sumOf(dollarsByService(fixed));
  return { byCall, calls, call, fixed: fixedDollars, total: call * calls + fixedDollars };
}

export function describeIdle({ fixed }: MonthlyBill): string {
  const byService = dollarsByService(fixed);
  return aligned([
    ["a month without a call", "US dollars"],
    ...[...byService].sort(([, one], [, other]) => other - one).map(([name, sum]) => [name, dollars(sum)]),
    ["all", dollars(sumOf(byService))],
  ]);
}

export function describeGoals(atGoal: MonthlyBill, idle: MonthlyBill): string {
  const { total, calls } = sums(atGoal);
  const idleDollars = sumOf(dollarsByService(idle.fixed));
  const line = (what: string, value: number, goal: number) =>
    `${what}: $${dollars(value)}, goal under $${goal}: ${value < goal ? "met" : "MISSED"}`;
  return [
    line(
      `own infrastructure per call at ${grouped(GOALS_AT)} a day, with its share of what is fixed`,
      total / calls,
      goals.callDollars,
    ),
    line("a month without a call", idleDollars, goals.idleDollars),
  ].join("\n");
}

/** Whom else the calls cost, at the sample's length and at the length that the model was asked about. */
export function describeVendors(counted: Counted, { perCall, callsPerDay }: MonthlyBill): string {
  const cost = (names: readonly PriceName[]) =>
    names.reduce((sum, name) => sum + (perCall.get(name) ?? 0) * prices[name].each, 0);
  const speech = cost(["speechMinute"]);
  const model = cost(["promptToken", "cachedToken", "completionToken"]);
  const { scored, promptTokens, cachedTokens, completionTokens } = counted.left;
  const per = (count: number) => (count / scored).toFixed(0);
  const month = callsPerDay * DAYS;
  return [
    aligned([
      [`vendors at ${grouped(callsPerDay)} calls a day`, "per call", "per month"],
      ["recognition, RUB", speech.toFixed(2), grouped(Math.round(speech * month))],
      ["model, US dollars", dollars(model), dollars(model * month)],
    ]),
    "",
    `recognition: ${(perCall.get("speechMinute") ?? 0).toFixed(2)} minutes of a channel per call`,
    `model: ${per(promptTokens)} tokens of a question, ${per(cachedTokens)} of them known, ${per(completionTokens)} of an answer per scored call`,
  ].join("\n");
}

export function describePrices(bills: readonly Bill[]): string {
  const used = (Object.keys(prices) as PriceName[]).filter((name) => bills.some((bill) => bill.has(name)));
  return aligned(
    [
      [`list prices, ${region}`, "price", "", "list of", "", "page"],
      ...used.map((name) => {
        const { each, unit, date, page, verified } = prices[name];
        const currency = "currency" in prices[name] ? "RUB" : "$";
        return [unit, ...scaled(each, unit, currency), date, verified ? "" : "not verified", page];
      }),
    ],
    (column) => column !== 1,
  );
}

function scaled(each: number, unit: string, currency: string): [string, string] {
  if (unit.includes("byte")) return [String(round(each * 1e9)), `${currency} per GB`];
  return each < 0.01
    ? [String(round(each * 1e6)), `${currency} per million`]
    : [String(each), `${currency} each`];
}

const WIDTH = 50;

/** One bar for each amount; what is too small for a bar is a line. */
export function bars(amounts: readonly (readonly [name: string, dollars: number])[]): string {
  const most = Math.max(...amounts.map(([, amount]) => amount));
  const width = Math.max(...amounts.map(([name]) => name.length));
  return amounts
    .map(([name, amount]) => {
      const length = Math.round((amount / most) * WIDTH);
      return `${name.padEnd(width)}  ${length === 0 ? "▏" : "█".repeat(length)} $${dollars(amount)}`;
    })
    .join("\n");
}

/** Cents of what is dollars, else three figures that mean something. */
export function dollars(amount: number | undefined): string {
  if (amount === undefined || amount === 0) return "0";
  if (amount >= 1) return amount.toFixed(2);
  return amount.toFixed(Math.min(8, 2 - Math.floor(Math.log10(amount))));
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

function grouped(value: number): string {
  return value.toLocaleString("en");
}
