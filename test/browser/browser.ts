import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { CHROMIUM } from "../../benchmarks/chromium.ts";
import { requires } from "../requires.ts";

/** What a browser with windows prepares for every context, and no test looks at: half of what a short page costs. */
const UNSEEN = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess"];
/** The list that Playwright gives and ours replaces, but for what concerns other systems than Linux. */
const UNSTABLE = [
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
];

let browser: Browser | undefined;

/** Starts a browser for the tests of this file, and says whether there is one to start. */
export function useBrowser(): ReturnType<typeof requires> {
  const needed = requires(`Chromium at ${CHROMIUM}`, existsSync(CHROMIUM));
  if (needed.skip) return needed;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--disable-features=${[...UNSEEN, ...UNSTABLE]}`,
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    browser = undefined;
  });
  return needed;
}

/** Colors and widths, in pixels, in which everyone can use every page. */
const LOOKS = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 320 },
] as const;

/** A page that keeps account of what must not happen. */
export interface WatchedPage {
  readonly page: Page;
  /** Everything the page has sent: addresses, headers and bodies. */
  readonly sent: string[];
  /** Fails if there was an error, a blocked resource, or a request to anywhere but the server under test. */
  expectClean(): void;
  /** Fails for what keeps people from using the page: violations that axe calls serious or critical. */
  expectAccessible(): Promise<void>;
  /** The same of colors alone, where nothing else has changed. */
  expectContrast(): Promise<void>;
  /** The same, light and wide as well as dark and narrow, where nothing may be wider than the window. */
  inEveryLook(): Promise<void>;
}

/** Opens an address in a browser with nothing in it, until the test is done. Nothing moves on its pages. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  if (!browser) throw new Error("this file has no browser: call useBrowser() first");
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  onTestFinished(() => context.close());
  // A slow machine is no failure, and what never appears is named before the test's own limit.
  context.setDefaultTimeout(180_000);
  const page = await context.newPage();
  const { origin } = new URL(url);
  const wrong: string[] = [];
  const sent: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  page.on("request", (request) => {
    sent.push([request.url(), JSON.stringify(request.headers()), request.postData() ?? ""].join(" "));
    const address = new URL(request.url());
    if (address.origin !== origin && !["data:", "blob:"].includes(address.protocol))
      wrong.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    sent,
    expectClean: () => expect(wrong).toEqual([]),
    expectAccessible: () => expectAccessible(page),
    expectContrast: () => expectAccessible(page, { runOnly: ["color-contrast"] }),
    async inEveryLook() {
      for (const { colorScheme, width } of LOOKS) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 844 });
        // Charts follow the window a moment later.
        await expect.poll(() => page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
        await expectAccessible(page);
      }
    },
  };
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function expectAccessible(page: Page, options: axe.RunOptions = {}): Promise<void> {
  // Colors that are still changing are those of no look.
  await page.evaluate(
    "Promise.allSettled(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished)).then(() => 0)",
  );
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  const violations = await page.evaluate<Violation[]>(
    `axe.run(${JSON.stringify({ ...options, resultTypes: ["violations"] })}).then(({ violations }) => violations)`,
  );
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`,
    );
  expect(serious).toEqual([]);
}
