import type { ApiProblem, Schemas } from "../api/client";
import { visibleLine } from "../text/visible";
import { i18n } from "./i18n";

/** What the service calls its problems, and the page's own names for the others. */
type Code = Schemas["Problem"]["code"] | "unreachable" | "unreadable" | "broken_off" | "unknown";

// A code that the service's description gains doesn't compile until it has words here.
const codes: Record<Code, true> = {
  invalid_request: true,
  unauthenticated: true,
  forbidden: true,
  not_found: true,
  method_not_allowed: true,
  not_acceptable: true,
  run_active: true,
  nothing_pending: true,
  already_decided: true,
  digest_mismatch: true,
  nothing_running: true,
  request_in_progress: true,
  too_large: true,
  stale: true,
  range_not_satisfiable: true,
  unsupported_media_type: true,
  invalid_args: true,
  idempotency_mismatch: true,
  rate_limited: true,
  internal: true,
  not_implemented: true,
  bad_gateway: true,
  sandbox_unavailable: true,
  store_unavailable: true,
  overloaded: true,
  unreachable: true,
  unreadable: true,
  broken_off: true,
  unknown: true,
};

export const problemCodes = Object.keys(codes) as Code[];

/** As much of a problem as is kept of one. */
type Told = Pick<ApiProblem, "code" | "message"> & Partial<ApiProblem>;

/**
 * What went wrong and what to do about it, in the person's language; with the service's own sentence where that is what
 * helps. Read inside a template or a computed, it follows the language.
 */
export function problemText(problem: Told): string {
  const { t } = i18n.global;
  const code = Object.hasOwn(codes, problem.code) ? problem.code : "unknown";
  const words = t(`problem.${code}`, { detail: visibleLine(problem.message), status: problem.status ?? 0 });
  const wait = problem.retryAfterSeconds;
  return wait ? t("problem.again", { words, wait: t("problem.seconds", wait) }) : words;
}
