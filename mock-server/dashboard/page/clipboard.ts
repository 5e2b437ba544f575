/** Makes every button with `data-copy` copy the text of the element it names. */
export function copyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const copied = await copy(document.getElementById(button.dataset.copy!)!);
      button.textContent = copied ? "Copied" : "Selected";
      setTimeout(() => {
        button.textContent = label;
      }, 1500);
    });
  }
}

/** Where there is no clipboard, as on a page without TLS, or none allowed, the text is selected, to be copied by hand. */
async function copy(element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}
