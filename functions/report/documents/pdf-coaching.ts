import { type AgentResult, ENOUGH_CALLS, type Practice, type Report } from "../../../core/report.ts";
import { printable } from "../charts/font.ts";
import { ink } from "../charts/svg.ts";
import { agentName, type DocumentFormat } from "./document-format.ts";
import { quoteLine } from "./pdf-calls.ts";
import type { Content } from "./pdf-content.ts";
import { paragraph } from "./pdf-style.ts";

/** A page for each agent of whom there is something to say, to be handed over on its own. */
export function coachingPages(report: Report, format: DocumentFormat): Content[] {
  return report.agents
    .filter(({ strengths, practise }) => strengths.length + practise.length > 0)
    .map((agent) => coachingPage(agent, report, format));
}

function coachingPage(agent: AgentResult, { period }: Report, format: DocumentFormat): Content {
  const words = format.texts.documents.coaching;
  const name = printable(agentName(agent, format.texts));
  return {
    pageBreak: "before",
    stack: [
      { text: printable(`${words.title} · ${format.period(period)}`), fontSize: 9, color: ink.quiet },
      { text: name, style: "title", outline: true, outlineText: name },
      {
        text: printable(words.result(format.average(agent.average), agent.scored)),
        margin: [0, 4, 0, 0],
      },
      ...(agent.scored < ENOUGH_CALLS ? [paragraph(words.tooFew(ENOUGH_CALLS), "note")] : []),
      ...strengths(agent, format),
      ...practise(agent, format),
    ],
  };
}

function strengths(agent: AgentResult, format: DocumentFormat): Content[] {
  if (agent.strengths.length === 0) return [];
  return [
    paragraph(format.texts.documents.coaching.strengths, "h2"),
    ...agent.strengths.map(({ criterion, quote }): Content => block(criterion, quote, [], format)),
  ];
}

function practise(agent: AgentResult, format: DocumentFormat): Content[] {
  if (agent.practise.length === 0) return [];
  const words = format.texts.documents.coaching;
  return [
    paragraph(words.practise, "h2"),
    ...agent.practise.map(
      ({ criterion, missed, of, advice, quote }): Content =>
        block(
          criterion,
          quote,
          [words.missed(missed, of), ...(advice === null ? [] : [words.instead(advice)])],
          format,
        ),
    ),
  ];
}

/** What was missed, what was said, and what to say: in that order. */
function block(
  criterion: string,
  quote: Practice["quote"],
  [missed, ...advice]: readonly string[],
  format: DocumentFormat,
): Content {
  return {
    unbreakable: true,
    margin: [0, 0, 0, 9],
    stack: [
      { text: printable(criterion), bold: true, fontSize: 11 },
      ...(missed === undefined ? [] : [paragraph(missed, "quiet")]),
      ...(quote === null
        ? []
        : [
            quoteLine(quote.evidence.quote, quote.evidence.startSec, format),
            { text: printable(format.moment(quote.startedAt)), fontSize: 8.5, color: ink.quiet },
          ]),
      ...advice.map((each): Content => ({ text: printable(each), margin: [0, 3, 0, 0] })),
    ],
  };
}
