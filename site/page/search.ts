import MiniSearch, { type SearchResult } from "minisearch";
import type { SearchEntry } from "../search-entries.ts";

declare global {
  /** What search-index.js sets. */
  var SEARCH_ENTRIES: readonly SearchEntry[] | undefined;
}

const MOST = 12;

/** The search field: its index is loaded when it is first used. `/` goes to it, arrows go through the results. */
export function search(): void {
  const input = document.querySelector<HTMLInputElement>("#site-search")!;
  const results = document.querySelector<HTMLElement>("#site-results")!;
  let index: Promise<MiniSearch<SearchEntry>> | undefined;

  /** The index; after a failure, the next call loads it again. */
  const load = () => {
    index ??= loadIndex().catch((error: unknown) => {
      index = undefined;
      throw error;
    });
    return index;
  };
  const close = () => {
    results.hidden = true;
  };
  const show = (...parts: readonly HTMLElement[]) => {
    results.replaceChildren(...parts);
    results.hidden = false;
  };
  const find = async () => {
    const words = input.value.trim();
    if (words === "") return close();
    const engine = await load().catch(() => undefined);
    if (input.value.trim() !== words) return;
    if (!engine) return show(note("The search index could not be loaded. Type again to retry."));
    const found = engine.search(words);
    const count = note(
      found.length === 0 ? `Nothing about “${words}”` : `${found.length} ${found.length === 1 ? "result" : "results"}`,
    );
    const list = document.createElement("ul");
    list.append(...found.slice(0, MOST).map(item));
    show(count, ...(found.length > 0 ? [list] : []));
  };

  input.addEventListener("focus", () => {
    void load().catch(() => undefined);
    void find();
  });
  input.addEventListener("input", find);
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const inSearch = target instanceof HTMLElement && target.closest(".search") !== null;
    if (key === "/" && !(target instanceof HTMLInputElement)) {
      event.preventDefault();
      input.focus();
    } else if (inSearch && key === "Escape") {
      close();
      input.focus();
    } else if (inSearch && (key === "ArrowDown" || key === "ArrowUp")) {
      event.preventDefault();
      const stops = [input, ...results.querySelectorAll("a")];
      stops[Math.max(0, stops.indexOf(target as HTMLInputElement) + (key === "ArrowDown" ? 1 : -1))]?.focus();
    } else if (target === input && key === "Enter") results.querySelector("a")?.click();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Element && !target.closest(".search")) close();
  });
  results.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("a")) close();
  });
}

async function loadIndex(): Promise<MiniSearch<SearchEntry>> {
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "search-index.js";
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error("search-index.js could not be loaded")));
    document.head.append(script);
  });
  const engine = new MiniSearch<SearchEntry>({
    fields: ["page", "heading", "text"],
    storeFields: ["page", "heading", "text"],
    searchOptions: {
      boost: { page: 3, heading: 4 },
      prefix: true,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      combineWith: "AND",
      boostDocument: (id) => (/^(changelog|contributing|docs)\./.test(id) ? 0.4 : 1),
    },
  });
  engine.addAll(SEARCH_ENTRIES ?? []);
  return engine;
}

function note(text: string): HTMLParagraphElement {
  const line = document.createElement("p");
  line.role = "status";
  line.textContent = text;
  return line;
}

function item(result: SearchResult): HTMLLIElement {
  const entry = result as SearchResult & SearchEntry;
  const link = document.createElement("a");
  link.href = entry.id;
  const title = document.createElement("b");
  title.textContent = entry.heading || entry.page;
  const place = document.createElement("small");
  place.textContent = entry.heading ? entry.page : "";
  const text = document.createElement("span");
  text.append(...excerpt(entry.text, result.terms));
  link.append(title, " ", place, text);
  const line = document.createElement("li");
  line.append(link);
  return line;
}

/** The text around the first match, with every match marked. */
function excerpt(text: string, terms: readonly string[]): (string | HTMLElement)[] {
  const words = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`(${words.join("|")})`, "gi");
  const at = Math.max(0, text.search(pattern) - 50);
  const from = at === 0 ? 0 : text.indexOf(" ", at) + 1;
  const cut = text.length > from + 140;
  const piece = `${from > 0 ? "… " : ""}${text.slice(from, cut ? text.lastIndexOf(" ", from + 140) : undefined)}${cut ? " …" : ""}`;
  return piece.split(pattern).map((part, i) => {
    if (i % 2 === 0) return part;
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
}
