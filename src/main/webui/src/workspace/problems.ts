import { useI18n } from "vue-i18n";
import type { ApiProblem } from "../api/client";
import { visible } from "../text/visible";

// An answer without a body says what is wrong by its status alone.
const CODES: Record<number, string> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  412: "stale",
  413: "too_large",
};

/** Says what went wrong with files and commands, and what to do about it. */
export function useProblemWords() {
  const { t, te } = useI18n();

  return (problem: ApiProblem): string => {
    const code = problem.code === "unknown" ? (CODES[problem.status] ?? problem.code) : problem.code;
    const key = `workspace.problem.${code}`;
    const words = te(key) ? t(key) : visible(problem.message);
    const wait = problem.retryAfterSeconds;
    return wait ? `${words} ${t("workspace.problem.retry_after", { seconds: wait }, wait)}` : words;
  };
}
