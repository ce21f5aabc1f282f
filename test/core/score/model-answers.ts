import { SemanticCriterion } from "../../../core/checklist.ts";
import { readLines } from "./transcripts.ts";

/** A conversation, criteria on it, and quotes as a model gives them. */

export const turns = readLines(
  "Добрый день! Как могу к вам обращаться?",
  "К: Ольга. Мне нужно окно, но у вас дорого.",
  "Ольга, с чем сравниваете? Не морочьте мне голову.",
);

export const criterion = (given: Record<string, unknown> = {}) =>
  SemanticCriterion.parse({ id: "needs", text: "…", check: "semantic", ...given });
export const levels = [
  { id: "full", points: 1, text: "…" },
  { id: "more", points: 0.7, text: "…" },
  { id: "less", points: 0.3, text: "…" },
  { id: "none", points: 0, text: "…" },
];
export const said = { turn: 0, speaker: "agent", quote: "Как могу к вам обращаться?" };
export const invented = { turn: 0, speaker: "agent", quote: "Расскажите о задаче" };
