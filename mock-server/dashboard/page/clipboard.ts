/** Makes every button with `data-copy` copy the text of the element it names. */
export function copyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const label = button.textContent;
    button.addEventListener("click", async () => {
      await copy(document.getElementById(button.dataset.copy!)!);
      button.textContent = "Copied";
      setTimeout(() => {
        button.textContent = label;
      }, 1500);
    });
  }
}

/** A page served without TLS to another machine has no clipboard: then the text is selected, to be copied by hand. */
async function copy(element: HTMLElement): Promise<void> {
  if (navigator.clipboard) await navigator.clipboard.writeText(element.textContent ?? "");
  else getSelection()?.selectAllChildren(element);
}
