import { mount } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";
import { createRouter, createWebHashHistory, type Router } from "vue-router";
import { useOpened } from "./opened";

/** A page at the second place that its reader came to. */
async function page(covers: boolean) {
  const place = { template: "", render: () => null };
  const routes = ["/", "/t/:id"].map((path) => ({ path, component: place }));
  const router = createRouter({ history: createWebHashHistory(), routes });
  await router.push("/");
  await router.push("/t/a?other=1");
  let opened!: ReturnType<typeof useOpened>;
  mount({ setup: () => ((opened = useOpened("panel", () => covers)), () => null) }, { global: { plugins: [router] } });
  return { router, opened };
}

const at = (router: Router, path: string) => vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe(path));

describe("what is open", () => {
  it("is closed by Back where it covers the page, and only then is the page left", async () => {
    const { router, opened } = await page(true);

    opened.value = "plan";
    await at(router, "/t/a?other=1&panel=plan");
    opened.value = "files";
    await at(router, "/t/a?other=1&panel=files");
    router.back();
    await at(router, "/t/a?other=1");
    router.back();
    await at(router, "/");
  });

  it("leaves nothing in the history when it is closed, however often that is asked for", async () => {
    const { router, opened } = await page(true);
    opened.value = "plan";
    await at(router, "/t/a?other=1&panel=plan");

    const back = vi.spyOn(router, "back");
    opened.value = undefined;
    opened.value = undefined;
    await at(router, "/t/a?other=1");
    expect(back).toHaveBeenCalledOnce();
    expect(opened.value).toBeUndefined();
    router.back();

    await at(router, "/");
  });

  it("is no place of its own beside the page", async () => {
    const { router, opened } = await page(false);

    opened.value = "plan";
    await at(router, "/t/a?other=1&panel=plan");
    router.back();

    await at(router, "/");
  });

  it("closes in its place when it was there from the beginning", async () => {
    const { router, opened } = await page(true);
    await router.push("/t/b?panel=plan");

    opened.value = undefined;
    await at(router, "/t/b");
    router.back();

    await at(router, "/t/a?other=1");
  });
});
