import { useI18n } from "vue-i18n";
import type { Interrupt } from "../api/client";
import { problemText } from "../shell/problems";
import { visible, visibleLine } from "../text/visible";
import type { Held } from "./held";

/** These say more here than elsewhere: what became of the call, and what to do. */
const OWN = ["already_decided", "digest_mismatch", "nothing_pending", "not_found", "unreachable"];

export function useWords() {
  const { t } = useI18n();

  /** Why a call waits: the service's standard sentences in the person's language, any other one as it is. */
  function reason({ message, metadata: { tool } }: Interrupt): string {
    const wants = `The agent wants to call ${tool}. `;
    if (message === `${wants}The policy asks before every call of ${tool}.`)
      return t("hold.asked", { tool: visibleLine(tool) });
    if (message === `${wants}This thread is a copy, and the call was made in the original.`)
      return t("hold.asked_in_copy", { tool: visibleLine(tool) });
    return visible(message);
  }

  /** What went wrong with a decision. */
  function trouble({ problem, together }: Held): string | undefined {
    if (!problem) return undefined;
    if (together) return t("hold.problem.together");
    const detail = visibleLine(problem.message);
    return OWN.includes(problem.code) ? t(`hold.problem.${problem.code}`, { detail }) : problemText(problem);
  }

  /** How a call that doesn't wait any more came to that. */
  function ending({ decided, unsure, call, interrupt }: Held): string {
    if (decided) return t(`hold.over.${decided}`);
    if (call.outcome === "cancelled") return t("hold.over.cancelled");
    if (interrupt.expiresAt && Date.parse(interrupt.expiresAt) <= Date.now()) return t("hold.over.expired");
    return t(unsure ? "hold.over.unsure" : "hold.over.elsewhere");
  }

  return { reason, trouble, ending };
}
