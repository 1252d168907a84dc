import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { i18n } from "../shell/i18n";
import { page as chinese } from "../shell/zh";
import { router } from "../shell/router";
import { refusal, serve } from "../test-service";
import { vuetify } from "../test-vuetify";
import { refreshStatus, status, statusProblem, type Status } from "./status";
import StatusSigns from "./StatusSigns.vue";
import StatusView from "./StatusView.vue";

const fine: Status = {
  ready: true,
  version: "1.2.3",
  model: { name: "glm-4.7", demo: false },
  sandbox: { name: "docker", ready: true },
  database: { name: "SQLite", ready: true },
};
const broken: Status = {
  ...fine,
  ready: false,
  sandbox: { name: "docker", ready: false, problem: "The engine doesn't answer.\u202e Start it: <b>dockerd</b>" },
};

async function shown(said: Status | (() => Response)) {
  serve({ "GET /api/status": () => (typeof said === "function" ? said() : said) });
  await refreshStatus();
  const global = { plugins: [i18n, vuetify, router] };
  return { view: mount(StatusView, { global }), signs: mount(StatusSigns, { global }) };
}

i18n.global.setLocaleMessage("zh", chinese);

describe("status", () => {
  beforeEach(() => {
    status.value = undefined;
    statusProblem.value = undefined;
  });
  afterEach(() => (i18n.global.locale.value = "en"));

  it("has a card for each part, and no sign when all is well", async () => {
    const { view, signs } = await shown(fine);

    expect(view.findAll("h2").map((title) => title.text())).toEqual(["Model", "Sandbox", "Database", "Version"]);
    expect(view.text()).toContain("Everything is ready.");
    expect(view.text()).toContain("1.2.3");
    expect(view.get("a[target=_blank]").attributes("href")).toBe(new URL("q/swagger-ui/", document.baseURI).toString());
    expect(signs.find("a").exists()).toBe(false);
  });

  it("tells how the model answered when it was last asked", async () => {
    const ago = { name: "glm-4.7", demo: false, asked_at: "2026-03-01T10:00:00Z" };
    const failure = { code: "model_refused", message: "The key is wrong.\u202e" } as const;
    const model = async (said: Status["model"]) => (await shown({ ...fine, model: said })).view.text();

    expect(await model(fine.model)).toContain("shows when it is asked");
    expect(await model(ago)).toMatch(/It answered when it was last asked, at Mar 1, 2026, \d+:00/);
    expect(await model(ago)).toContain("Everything is ready.");
    expect(await model({ ...ago, failure })).toMatch(
      /Something isn't ready.*last asked, at Mar 1, 2026, .* it failed:.*The key is wrong\.⟨U\+202E⟩ Check its address and key/,
    );
  });

  it("says what isn't ready and what to do, as text", async () => {
    const { view, signs } = await shown(broken);

    const sandbox = view.get("[aria-label=Sandbox]");
    expect(sandbox.text()).toContain("Not ready");
    expect(sandbox.text()).toContain("The engine doesn't answer.⟨U+202E⟩ Start it: <b>dockerd</b>");
    expect(view.get("[aria-label=Database]").text()).toContain("Ready");
    expect(signs.get("a").attributes("aria-label")).toContain("Something isn't ready");
    expect(signs.get("a").attributes("href")).toBe("#/status");
  });

  it("announces the demo model", async () => {
    const { view, signs } = await shown({ ...fine, model: { name: "demo", demo: true } });

    expect(view.get("[aria-label=Model]").text()).toContain("HOLDPOINT_MODEL_BASE_URL");
    expect(signs.text()).toBe("demo model");
    i18n.global.locale.value = "zh";
    await view.vm.$nextTick();
    expect(signs.text()).toBe("演示模型");
    expect(view.findAll("h2").map((title) => title.text())).toEqual(["模型", "沙箱", "数据库", "版本"]);
  });

  it("keeps what it knew when the service is away, and says from when it is", async () => {
    await shown(fine);

    const { view, signs } = await shown(() => {
      throw new TypeError("refused");
    });

    expect(view.get("[role=alert]").text()).toMatch(/can't be reached.*What you see is from /);
    expect(view.text()).toContain("1.2.3");
    expect(view.text()).not.toContain("Everything is ready.");
    expect(signs.get("a").attributes("aria-label")).toContain("can't be reached");
  });

  it("shows other problems too", async () => {
    const { view } = await shown(() => refusal(500, "internal", "Reference 77."));

    expect(view.text()).toContain("Reference 77.");
  });
});
