import { ref, shallowRef } from "vue";
import { api, ApiProblem, data, type Schemas } from "../api/client";
import { poll } from "../shell/polling";

const POLL_MILLIS = 5_000;
const HIDDEN_POLL_MILLIS = 30_000;

export type Status = Schemas["Status"];

/** What the service last said of itself. */
export const status = shallowRef<Status>();
/** Why it says nothing now. */
export const statusProblem = shallowRef<ApiProblem>();
/** When it last said something. */
export const askedAt = ref<Date>();

export async function refreshStatus(): Promise<void> {
  try {
    status.value = await data(api.GET("/api/status"));
    statusProblem.value = undefined;
    askedAt.value = new Date();
  } catch (failure) {
    if (!(failure instanceof ApiProblem)) throw failure;
    statusProblem.value = failure;
  }
}

/** Keeps the status fresh as long as the scope lives. */
export function keepStatusFresh(): void {
  poll(refreshStatus, POLL_MILLIS, HIDDEN_POLL_MILLIS);
}
