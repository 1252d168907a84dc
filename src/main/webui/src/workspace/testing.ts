import { mount } from "@vue/test-utils";
import type { Component } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { i18n } from "../shell/i18n";
import { vuetify } from "../test-vuetify";
import type { ExecResult } from "./commands";

/** A component of the page, in English. */
export function show(component: Component, props: Record<string, unknown>) {
  i18n.global.locale.value = "en";
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component }] });
  return mount(component, { props, attachTo: document.body, global: { plugins: [vuetify, i18n, router] } });
}

/** What people and file systems allow in names, and pages must not. */
export const HOSTILE = "<img src=x onerror=alert(1)>\n\u202egpj.exe";
export const HOSTILE_SHOWN = "<img src=x onerror=alert(1)>⟨U+000A⟩⟨U+202E⟩gpj.exe";

/** How a command ended. */
export const result = (fields: Partial<ExecResult> = {}): ExecResult => ({
  output: "",
  exit_code: 0,
  outcome: "exited",
  truncated: false,
  duration_ms: 1500,
  ...fields,
});
