import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { api, keysGiven, keyWanted } from "../api/client";
import { refusal, serve } from "../test-service";
import { vuetify } from "../test-vuetify";
import { i18n } from "./i18n";
import KeyDialog from "./KeyDialog.vue";

let page: VueWrapper;
const dialog = () => document.querySelector(".v-dialog .v-card");
const input = () => document.querySelector<HTMLInputElement>(".v-dialog input")!;

const guarded = {
  "GET /api/status": ({ headers }: Request) =>
    headers.get("Authorization") === "Bearer right" ? {} : refusal(401, "unauthenticated"),
};

async function give(key: string): Promise<void> {
  input().value = key;
  input().dispatchEvent(new Event("input"));
  document.querySelector(".v-dialog form")!.dispatchEvent(new Event("submit", { cancelable: true }));
  await flushPromises();
}

describe("KeyDialog", () => {
  beforeEach(async () => {
    sessionStorage.clear();
    serve(guarded);
    page = mount(KeyDialog, { global: { plugins: [i18n, vuetify] }, attachTo: document.body });
    await api.GET("/api/status").catch(() => {});
    await flushPromises();
  });
  afterEach(() => {
    page.unmount();
    keyWanted.value = false;
  });

  it("asks when the service wants a key, without showing or storing what is typed", () => {
    expect(dialog()!.textContent).toContain("This service wants a key");
    expect(dialog()!.textContent).toContain("Kept for this tab only");
    expect(input().type).toBe("password");
    expect(input().autocomplete).toBe("off");
  });

  it("says that a key is wrong, and hands it to nobody", async () => {
    const before = keysGiven.value;

    await give("wrong");

    expect(dialog()!.textContent).toContain("This key isn't right.");
    expect(keysGiven.value).toBe(before);
    expect(sessionStorage.length).toBe(0);
  });

  it("takes a key that can't be one for a wrong one", async () => {
    serve({
      "GET /api/status": () => {
        throw new TypeError("not a header");
      },
    });

    await give("密钥");

    expect(dialog()!.textContent).toContain("This key isn't right.");
  });

  it("says that the service is away", async () => {
    serve({
      "GET /api/status": () => {
        throw new TypeError("refused");
      },
    });

    await give("right");

    expect(dialog()!.textContent).toContain("can't be reached");
  });

  it("gives the right key to all who wait for it, for this tab", async () => {
    const before = keysGiven.value;

    await give("right");

    expect(keysGiven.value).toBe(before + 1);
    expect(keyWanted.value).toBe(false);
    expect(localStorage.length).toBe(0);
    await expect(api.GET("/api/status")).resolves.toBeDefined();
  });
});
