import type { StaffMember } from "../../core/ask/names.ts";
import type { Choice, ReplyButton } from "../../core/chat-choices.ts";
import type { Checklist } from "../../core/checklist.ts";
import type { CallIndex } from "../../core/ports/call-index.ts";
import type { NotifierFile } from "../../core/ports/notify.ts";
import type { Settings } from "../../core/settings.ts";
import type { Texts } from "../../locales/index.ts";
import type { Shown } from "./memory.ts";
import type { BotPorts } from "./ports.ts";
import type { Scope } from "./scope.ts";

/** What the bot says to one question. */
export interface Reply {
  blocks: string[];
  buttons?: ReplyButton[][];
  files?: NotifierFile[];
  /** In the place of the message whose button was pressed. */
  replaces?: boolean;
  /** What «№ 3» or «почему?» is about from now on. */
  shown?: Partial<Shown>;
}

/** Everything that an answer is made of. */
export interface Asking {
  ports: BotPorts;
  /** Where it was asked. */
  chat: string;
  settings: Settings;
  texts: Texts;
  scope: Scope;
  /** As the asker may see it. */
  index: CallIndex;
  now: Date;
  staff: readonly StaffMember[];
  checklists: readonly Checklist[];
  shown: Shown;
  /** The call that the message which was replied to is about. */
  repliedRef: string | null;
  choice: Choice;
}
