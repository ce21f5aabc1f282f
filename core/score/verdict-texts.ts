import type { MetricName } from "./metrics.ts";

/** The sentences that code writes under a verdict, in the language of the checklist; `locales/` has them. */
export interface VerdictTexts {
  heard: string;
  notHeard(where: {
    speaker: "agent" | "client" | "any";
    phrases: string[];
    firstSec?: number;
    lastSec?: number;
  }): string;
  /** Only the company's name could have met the criterion, and the settings do not have it. */
  companyNameNotSet: string;
  violationNotHeard: string;
  violationHeard: string;
  speakersUnknown: string;
  metric(name: MetricName, value: number, limits: { min?: number; max?: number }): string;
  metricUnknown(name: MetricName): string;
  modelNotConfigured: string;
  modelRefused: string;
  modelCut: string;
  modelUnreadable: string;
  modelIncomplete: string;
  quoteRefused: string;
}
