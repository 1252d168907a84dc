import { visible } from "../text/visible";

/** What went wrong and what to do, in the reader's language; in the service's own words where we have none. */
export function problemWords(
  problem: { code: string; message: string },
  t: (key: string, named: Record<string, string>) => string,
  te: (key: string) => boolean,
): string {
  const message = visible(problem.message);
  const key = `conversation.problem.${problem.code}`;
  return t(te(key) ? key : "conversation.problem.other", { message });
}
