import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { i18n } from "../shell/i18n";
import { vuetify } from "../test-vuetify";
import Markdown from "./Markdown.vue";

const shown = (text: string, done = true) =>
  mount(Markdown, { props: { text, done }, global: { plugins: [vuetify, i18n] } });

const ALLOWED = new Set(
  "div p h1 h2 h3 h4 h5 h6 blockquote ul ol li table thead tbody tr th td em strong s hr br a span code pre button i svg path".split(
    " ",
  ),
);

afterEach(() => vi.useRealTimers());

describe("Markdown", () => {
  it("shows what a model writes with", () => {
    const page = shown("# T\n\n**b** *i* `c`\n\n- x\n\n1. y\n\n| a | b |\n|--|--:|\n| 1 | 2 |\n\n> q\n\n---\n");

    for (const tag of ["h1", "strong", "em", "code", "ul li", "ol li", "table td", "blockquote p", "hr"])
      expect(page.find(tag).exists(), tag).toBe(true);
    expect(page.findAll("td")[1]!.classes()).toContain("text-right");
  });

  it.each([
    ["a script", "<script>alert(1)</script>"],
    ["an image that fails", "<img src=x onerror=alert(1)>"],
    ["an SVG", "<svg onload=alert(1)><script>alert(1)</script></svg>"],
    ["a frame", '<iframe src="https://evil.example" srcdoc="<script>alert(1)</script>"></iframe>'],
    ["a style", "<style>body{display:none}</style><p style='position:fixed'>x</p>"],
    ["a form", '<form action="https://evil.example"><input name=key></form>'],
    ["markup in a table", "| a |\n|---|\n| <img src=x onerror=alert(1)> |"],
    ["markup in a heading", "# <a href='javascript:alert(1)'>x</a>"],
    ["markup in a fence's language", '```js"><img/src=x/onerror=alert(1)>\ncode\n```'],
    ["markup in code", "`<b>`\n\n    <script>x</script>\n"],
    ["entities", "&lt;img src=x onerror=alert(1)&gt; &#60;script&#62;"],
    ["a title that breaks out", '[x](https://a.example "\\" onmouseover=\\"alert(1)")'],
    ["half of markup", "<div <p <script"],
    ["deep nesting", `${">".repeat(500)} x\n\n${"- ".repeat(500)}y\n\n${"[".repeat(500)}z${"](a)".repeat(500)}`],
    ["deep emphasis", `${"*".repeat(3000)}x${"*".repeat(3000)}`],
  ])("makes nothing of %s but text", (_, text) => {
    const page = shown(text);

    for (const element of page.element.querySelectorAll("*")) {
      expect(ALLOWED, element.outerHTML).toContain(element.localName);
      for (const { name } of element.attributes) expect(name).not.toMatch(/^on|^src|^style$|^action$/);
      expect(element.getAttribute("href") ?? "https:").toMatch(/^(https?|mailto):/);
    }
  });

  it("shows markup as it was written", () => {
    expect(shown("a <b>bold</b> <script>x</script>").text()).toBe("a <b>bold</b> <script>x</script>");
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "a.html",
  ])("leads nowhere for %s, and says so", (address) => {
    const page = shown(`[here](${address})`);

    expect(page.find("a").exists()).toBe(false);
    expect(page.text().toLowerCase()).toContain(`here (${address.toLowerCase()})`);
  });

  it("reads names of characters, but not in code", () => {
    const text = shown("&copy; &lt;b&gt; &bogus; `&copy;`").text();

    expect(text).toBe("© <b> &bogus; &copy;");
  });

  it("opens links elsewhere, and tells the other page nothing", () => {
    const link = shown("[docs](https://example.com/a)").get("a");

    expect(link.attributes()).toMatchObject({
      href: "https://example.com/a",
      target: "_blank",
      rel: "noopener noreferrer",
    });
  });

  it.each([
    ["[google.com](https://evil.example/x)", "google.com (evil.example)"],
    ["[https://google.com/](https://evil.example/)", "https://google.com/ (evil.example)"],
    ["https://google.com@evil.example/", "https://google.com@evil.example/ (evil.example)"],
    ["[a@good.example](mailto:b@evil.example)", "a@good.example (b@evil.example)"],
    ["[google.com](https://googIe.com)", "google.com (googie.com)"],
    ["[**goo**gle.com](https://evil.example)", "google.com (evil.example)"],
    ["[**[x](a)**.example.com](https://evil.example)", "evil.example"],
  ])("says where %s really leads", (text, words) => {
    expect(shown(text).text()).toContain(words);
  });

  it.each(["[example.com](https://example.com/path)", "https://example.com/a", "[the docs](https://example.com)"])(
    "says nothing more about the honest %s",
    (text) => {
      expect(shown(text).text()).not.toContain("(");
    },
  );

  it("takes a file's name for no address", () => {
    expect(shown("see README.md and main.py").find("a").exists()).toBe(false);
  });

  it("loads no image, and says what it would be and where it is", () => {
    const page = shown("![a chart](https://tracker.example/p.png?x=1) ![](data:image/png;base64,AAAA)");

    expect(page.find("img").exists()).toBe(false);
    expect(page.text()).toContain("a chart");
    expect(page.findAll("a").map((link) => link.attributes("href"))).toEqual(["https://tracker.example/p.png?x=1"]);
  });

  it("makes visible what is hidden, in words and in code, and leaves emoji alone", () => {
    const page = shown("rm \u202etxt &#x202e;x ⚠\ufe0f 中\u3000文 `a\u200bb`\n\n```\nc\u0007d\n```");

    expect(page.text()).toContain("rm ⟨U+202E⟩txt ⟨U+202E⟩x ⚠\ufe0f 中\u3000文 a⟨U+200B⟩b");
    expect(page.text()).toContain("c⟨U+0007⟩d");
  });

  it("colours a fence when it is complete, and not before", async () => {
    const page = shown("```js\nconst a = 1;\n", false);
    await vi.dynamicImportSettled();
    await flushPromises();
    expect(page.find(".hljs-keyword").exists()).toBe(false);

    await page.setProps({ text: "```js\nconst a = 1;\n```\n\nDone.\n", done: true });
    await new Promise((done) => setTimeout(done, 150));
    await vi.dynamicImportSettled();
    await flushPromises();

    expect(page.find(".hljs-keyword").exists()).toBe(true);
  });

  it("draws a stream ten times a second at most, and its end for certain", async () => {
    vi.useFakeTimers();
    const page = shown("0", false);
    const drawn = new Set<string>();
    for (let word = 1; word <= 100; word++) {
      await page.setProps({ text: `${page.props("text")} ${word}` });
      await vi.advanceTimersByTimeAsync(10);
      drawn.add(page.text());
    }
    await vi.advanceTimersByTimeAsync(200);

    expect(drawn.size).toBeLessThanOrEqual(11);
    expect(page.text()).toMatch(/ 100$/);
  });
});
