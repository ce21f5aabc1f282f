import { speechSlotsKey } from "../../core/bucket-layout.ts";
import { RetryLaterError } from "../../core/errors.ts";
import { BUSY, freeSlot, takeSlot } from "../../core/slots.ts";
import type { BusEvent } from "../../events/catalog.ts";
import type { StagePorts } from "../run-stage.ts";

interface SlotPorts extends StagePorts {
  slots: number | null;
}

/**
 * A recognition goes on long after the function that started it has ended, so what is counted is tasks, in an object of the bucket, not
 * runs of the function. The lease is longer than nearly every recognition; one that runs on is prolonged by those who look after it.
 */
const SLOT_LEASE_SEC = 1800;
/**
 * Whoever looks while a place is free gets it, so those who have waited for long look nearly as often as those who have just come:
 * with minutes between their looks they were overtaken for hours.
 */
const SHORTEST_WAIT_SEC = 5;
const LONGEST_WAIT_SEC = 30;

/** @throws RetryLaterError while the recogniser has as many recordings in hand as it takes at once */
export async function takeSpeechSlot(event: BusEvent, ports: SlotPorts): Promise<void> {
  if (await prolongSpeechSlot(event, ports)) return;
  const ageSec = (ports.clock.now().getTime() - Date.parse(event.time)) / 1000;
  throw new RetryLaterError(
    `speech${BUSY}`,
    Math.min(Math.max(ageSec / 4, SHORTEST_WAIT_SEC), LONGEST_WAIT_SEC),
    "the recogniser has as many recordings in hand as it takes at once",
  );
}

/** False when the slot was lost and another call has it: the task runs all the same. */
export async function prolongSpeechSlot(
  { tenant, subject }: BusEvent,
  { store, clock, slots }: SlotPorts,
): Promise<boolean> {
  if (slots === null) return true;
  const key = speechSlotsKey(tenant);
  return takeSlot(store, clock, key, { holder: subject, slots, leaseSec: SLOT_LEASE_SEC });
}

export async function freeSpeechSlot({ tenant, subject }: BusEvent, ports: SlotPorts): Promise<void> {
  if (ports.slots === null) return;
  await freeSlot(ports.store, ports.clock, speechSlotsKey(tenant), subject);
}
