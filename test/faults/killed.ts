import type { StageName } from "../../events/pipeline.ts";
import { type MemoryLine, memoryCall, memoryLine } from "./memory-line.ts";
import { callEnded, digestDue } from "./sandbox.ts";

/** Where a process dies: at its n-th call to the outside during a stage, before it has had its effect or after. */
export interface Moment {
  place: string;
  when: "before" | "after";
}

class Killed extends Error {
  override readonly name = "Killed";
}

/** Stands between a stage and its ports, and lets the process die at the n-th call. What is dead hears and does nothing any more. */
function killer(stage: StageName, nth: number, when: Moment["when"]) {
  let calls = 0;
  let isArmed = false;
  let diedAt: Moment | undefined;
  const { promise: death, reject } = Promise.withResolvers<never>();
  death.catch(() => undefined);
  const never = new Promise<never>(() => {});

  /** Whether this call is the last one, and dies here. */
  function isLast(): boolean {
    if (!isArmed) return false;
    calls += 1;
    return calls === nth;
  }

  function die(place: string): Promise<never> {
    diedAt ??= { place, when };
    reject(new Killed());
    return never;
  }

  return {
    death,
    diedAt: () => diedAt,
    onDelivery: (delivered: StageName) => {
      isArmed = delivered === stage;
    },
    between<Port extends object>(name: string, port: Port): Port {
      const wrapped = Object.entries(port).map(([method, value]) => {
        if (typeof value !== "function") return [method, value];
        const call = value as (...given: unknown[]) => unknown;
        const place = `${name}.${method}`;
        if (call.constructor.name === "AsyncGeneratorFunction") {
          return [
            method,
            async function* (...given: unknown[]) {
              if (diedAt) await never;
              if (isLast()) await die(place);
              yield* call.apply(port, given) as AsyncIterable<unknown>;
            },
          ];
        }
        return [
          method,
          async (...given: unknown[]) => {
            if (diedAt) return never;
            const isHere = isLast();
            if (isHere && when === "before") return die(place);
            const answer = await call.apply(port, given);
            if (diedAt) return never;
            return isHere ? die(place) : answer;
          },
        ];
      });
      return Object.fromEntries(wrapped) as Port;
    },
  };
}

export interface Survived extends Moment {
  counts: ReturnType<MemoryLine["counts"]>;
  stands: Awaited<ReturnType<MemoryLine["stands"]>>;
  /** Most deliveries of one message after the death. */
  deliveries: number;
  dead: number;
}

/** Kills the process at every moment of a stage, one after the other; each time a fresh one goes on over the same bucket and queues. */
export async function killedEverywhere(stage: StageName): Promise<Survived[]> {
  const survived: Survived[] = [];
  for (const when of ["before", "after"] as const) {
    for (let nth = 1; ; nth += 1) {
      const one = await killedAt(stage, nth, when);
      if (!one) break;
      survived.push(one);
    }
  }
  return survived;
}

/** Undefined when the stage has fewer calls than that. */
async function killedAt(stage: StageName, nth: number, when: Moment["when"]): Promise<Survived | undefined> {
  const { death, diedAt, between, onDelivery } = killer(stage, nth, when);
  const { line, vendors, counts, stands } = await memoryLine({ death, between, onDelivery });
  let process = line;
  const runOn = async () => {
    try {
      await process.runOn();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      process = line.restarted({ vendors });
      await process.runOn();
    }
  };
  await line.send(callEnded(memoryCall, line.clock));
  await runOn();
  await process.send(digestDue(line.clock));
  await runOn();
  const moment = diedAt();
  return (
    moment && {
      ...moment,
      counts: counts(),
      stands: await stands(),
      deliveries: Math.max(...process.deliveries.map((one) => one.receive_count)),
      dead: await process.dead(),
    }
  );
}
