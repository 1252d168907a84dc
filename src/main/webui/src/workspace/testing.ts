import { mount } from "@vue/test-utils";
import { vi } from "vitest";
import type { Component } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { createVuetify } from "vuetify";
import { i18n } from "../shell/i18n";

/** A component of the page, in English. */
export function show(component: Component, props: Record<string, unknown>) {
  i18n.global.locale.value = "en";
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component }] });
  return mount(component, { props, attachTo: document.body, global: { plugins: [createVuetify(), i18n, router] } });
}

/** Answers the page's calls; returns what was asked. */
export function serve(answer: (request: Request, url: URL) => Response | Promise<Response>): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", async (input: Request) => {
    asked.push(input.clone());
    return answer(input, new URL(input.url));
  });
  return asked;
}

export function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
}

export function problem(status: number, code: string, detail = ""): Response {
  return new Response(JSON.stringify({ status, code, detail }), { status });
}

/** What people and file systems allow in names, and pages must not. */
export const HOSTILE = "<img src=x onerror=alert(1)>\n\u202egpj.exe";
export const HOSTILE_SHOWN = "<img src=x onerror=alert(1)>⟨U+000A⟩⟨U+202E⟩gpj.exe";
