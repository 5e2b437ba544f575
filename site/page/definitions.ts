/**
 * Shows what a term means while the pointer rests on it, while it has the focus, or after a tap; a second tap follows
 * the link to the glossary. Escape closes it.
 */
export function definitions(): void {
  const box = document.createElement("div");
  box.id = "site-definition";
  box.role = "tooltip";
  box.hidden = true;
  document.body.append(box);
  let shown: HTMLAnchorElement | undefined;
  let closing: ReturnType<typeof setTimeout> | undefined;

  const show = (term: HTMLAnchorElement) => {
    clearTimeout(closing);
    shown?.removeAttribute("aria-describedby");
    shown = term;
    box.textContent = term.dataset.definition!;
    box.hidden = false;
    term.setAttribute("aria-describedby", box.id);
    place(box, term);
  };
  const hide = () => {
    clearTimeout(closing);
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
    box.hidden = true;
  };
  const hideSoon = () => {
    clearTimeout(closing);
    closing = setTimeout(hide, 200);
  };

  for (const term of document.querySelectorAll<HTMLAnchorElement>("a.term")) {
    let touched = false;
    term.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && show(term));
    term.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && hideSoon());
    term.addEventListener("pointerdown", ({ pointerType }) => {
      touched = pointerType === "touch" && shown !== term;
    });
    term.addEventListener("focus", () => show(term));
    term.addEventListener("blur", hide);
    term.addEventListener("click", (event) => {
      if (touched) event.preventDefault();
      touched = false;
      show(term);
    });
  }
  // The pointer may go onto the definition, to select its words.
  box.addEventListener("pointerenter", () => clearTimeout(closing));
  box.addEventListener("pointerleave", hideSoon);
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  document.addEventListener("pointerdown", ({ target }) => {
    if (shown && target instanceof Node && !shown.contains(target) && !box.contains(target)) hide();
  });
}

/** Below the term, or above it where there is no room; never beyond the window's sides. */
function place(box: HTMLElement, term: HTMLElement): void {
  const { left, top, bottom } = term.getClientRects()[0] ?? term.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = box;
  const room = document.documentElement.clientWidth - offsetWidth - 8;
  box.style.left = `${scrollX + Math.max(8, Math.min(left, room))}px`;
  const below = bottom + offsetHeight + 8 < innerHeight;
  box.style.top = `${scrollY + (below ? bottom + 6 : top - offsetHeight - 6)}px`;
}
