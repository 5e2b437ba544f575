/** The list of pages, which small windows show on demand. */
export function menu(): void {
  const button = document.querySelector<HTMLButtonElement>("#site-menu")!;
  const show = (open: boolean) => {
    button.ariaExpanded = String(open);
    document.body.classList.toggle("menu-open", open);
  };
  button.addEventListener("click", () => show(button.ariaExpanded !== "true"));
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || button.ariaExpanded !== "true") return;
    show(false);
    button.focus();
  });
  document.querySelector("#site-pages [aria-current]")?.scrollIntoView({ block: "nearest" });
}

/** Whatever scrolls sideways can be reached with the keyboard. */
export function scrollers(): void {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  for (const element of document.querySelectorAll(".scroll, pre")) observer.observe(element);
}

/** Marks the section that is being read in the page's contents. */
export function watchSections(): void {
  const links = new Map(
    [...document.querySelectorAll<HTMLAnchorElement>("nav.contents a")].map((link) => [link.hash.slice(1), link]),
  );
  const headings = [...document.querySelectorAll("article :is(h2, h3)")];
  const mark = () => {
    const current = headings.findLast((heading) => heading.getBoundingClientRect().top < 120) ?? headings[0];
    for (const [id, link] of links) link.classList.toggle("here", id === current?.id);
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
}
