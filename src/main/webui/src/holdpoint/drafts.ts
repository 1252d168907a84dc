import { keptForTab } from "../shell/kept";
import { hidesInside, visibleJson } from "../text/visible";
import { fieldsOf, type ArgField, type Args } from "./args";

const KEPT = "holdpoint.decision.";

/** An edit of arguments, as far as it has come: as one field for each, or as JSON. */
export interface EditDraft {
  asJson: boolean;
  json: string;
  fields: ArgField[];
}

/** What a person has written in the forms of a call, and not sent. */
export interface Drafts {
  edit?: EditDraft;
  reject: string;
  respond: string;
}

const nothing = (): Drafts => ({ reject: "", respond: "" });

export function beginEdit(args: Args): EditDraft {
  // In JSON what is hidden can be seen, and a text field wouldn't keep each line end as it is.
  return { asJson: hidesInside(args), json: visibleJson(args), fields: fieldsOf(args) };
}

/** Those of a call, over a look elsewhere and a reload. */
export function keptDrafts(interruptId: string): Drafts {
  return { ...nothing(), ...(JSON.parse(keptForTab.get(KEPT + interruptId) ?? "{}") as Partial<Drafts>) };
}

function changedIn(edit: EditDraft | undefined, args: Args): string[] {
  if (!edit) return [];
  const before = beginEdit(args);
  if (edit.asJson) return edit.json === before.json ? [] : [edit.json];
  return edit.fields.filter(({ text }, at) => text !== before.fields[at]?.text).map(({ text }) => text);
}

/** Whether a person changed or wrote something; to empty a field is a change. */
export function hasWritten({ edit, reject, respond }: Drafts, args: Args): boolean {
  return `${reject}${respond}`.trim() !== "" || changedIn(edit, args).length > 0;
}

/** All that a person changed or wrote, as a text to be taken elsewhere. */
export function writtenIn({ edit, reject, respond }: Drafts, args: Args): string {
  return [...changedIn(edit, args), reject, respond].filter((text) => text.trim()).join("\n\n");
}

/** For this tab, until they are forgotten. */
export function keepDrafts(interruptId: string, drafts: string): void {
  if (drafts === JSON.stringify(nothing())) forgetDrafts(interruptId);
  else keptForTab.set(KEPT + interruptId, drafts);
}

export function forgetDrafts(interruptId: string): void {
  keptForTab.remove(KEPT + interruptId);
}
