import { type BrowserContext, type BrowserContextOptions, expect, type Page, test as base } from "@playwright/test";
import { ScriptedModel } from "./model";
import { Service, type Settings } from "./service";
import { Wire } from "./wire";

export { expect };
export { breaksOff, calls, Gate, refuses, says, type Step, thinks, waitsFor } from "./model";
export { inDocker } from "./service";

/** What no page may do in any test; each entry fails it. */
export class Complaints {
  readonly all: string[] = [];
  /** Where the service is; nowhere else may a page go. */
  readonly origins = new Set<string>();
  private readonly expected: RegExp[] = [];

  /** For what a test provokes: errors of the console that browsers write by themselves when a request fails. */
  allow(expected: RegExp): void {
    this.expected.push(expected);
  }

  add(complaint: string): void {
    if (!this.expected.some((pattern) => pattern.test(complaint))) this.all.push(complaint);
  }
}

interface WorkerFixtures {
  sharedModel: ScriptedModel;
  sharedService: { get(): Promise<Service> };
}

interface TestFixtures {
  /** Settings of a service of this test's own: with any, even `{}`, the test gets a fresh one, and may kill it. */
  settings: Settings | undefined;
  model: ScriptedModel;
  holdpoint: Service;
  /** A line to the service that can be cut: for a page that goes to `wire.url`. */
  wire: Wire;
  complaints: Complaints;
  /** A page of another browser, watched as `page` is. */
  another: (options?: BrowserContextOptions) => Promise<Page>;
  /** The page of a thread, new if none is given. */
  openThread: (thread?: string) => Promise<string>;
}

/** Where the service finds the scripted model. */
function pointedAt(model: ScriptedModel): Settings {
  return {
    HOLDPOINT_MODEL_BASE_URL: model.url,
    HOLDPOINT_MODEL_API_KEY: "scripted",
    HOLDPOINT_MODEL_NAME: "scripted",
  };
}

async function watch(context: BrowserContext, complaints: Complaints): Promise<void> {
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
      console.error(`policy ${violatedDirective} kept out ${blockedURI} in ${sourceFile}`),
    );
  });
  context.on("weberror", (error) => complaints.add(`uncaught: ${error.error().stack ?? error.error().message}`));
  context.on("console", (message) => {
    if (message.type() === "error") complaints.add(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    const within = url.protocol === "blob:" || url.protocol === "data:";
    if (!within && !complaints.origins.has(url.origin)) complaints.add(`a request to another host: ${url}`);
  });
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  settings: [undefined, { option: true }],

  sharedModel: [
    async ({}, use) => {
      const model = new ScriptedModel();
      await model.start();
      await use(model);
      model.stop();
    },
    { scope: "worker" },
  ],

  // Started with the first test that can do with it.
  sharedService: [
    async ({ sharedModel }, use) => {
      let service: Promise<Service> | undefined;
      await use({ get: () => (service ??= Service.started(pointedAt(sharedModel))) });
      await (await service)?.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  model: async ({ sharedModel }, use) => {
    sharedModel.reset();
    await use(sharedModel);
    expect(sharedModel.faults, "what the model was asked without a script for it").toEqual([]);
  },

  holdpoint: async ({ settings, sharedService, model }, use, info) => {
    const service = settings ? await Service.started({ ...pointedAt(model), ...settings }) : await sharedService.get();
    await use(service);
    if (info.status !== info.expectedStatus) await info.attach("service log", { body: service.log() });
    // Nothing of one test goes on into the next.
    await (settings ? service.stop() : service.deleteAllThreads());
  },

  complaints: async ({ holdpoint }, use) => {
    const complaints = new Complaints();
    complaints.origins.add(holdpoint.url);
    await use(complaints);
    expect(complaints.all, "what a page must not do").toEqual([]);
  },

  wire: async ({ holdpoint, complaints }, use) => {
    const wire = await Wire.to(holdpoint.url);
    complaints.origins.add(wire.url);
    await use(wire);
    wire.stop();
  },

  baseURL: ({ holdpoint }, use) => use(holdpoint.url),

  context: async ({ context, complaints }, use) => {
    await watch(context, complaints);
    await use(context);
  },

  another: async ({ browser, baseURL, complaints }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL, ...options });
      contexts.push(context);
      await watch(context, complaints);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  openThread: ({ page, holdpoint }, use) =>
    use(async (thread) => {
      const id = thread ?? (await holdpoint.newThread());
      await page.goto(`/#/t/${id}`);
      return id;
    }),
});
