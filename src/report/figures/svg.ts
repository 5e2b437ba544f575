/** An SVG element with attributes and children, for marks that Plot does not have. */
export function svgElement(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly (Element | string)[] = [],
): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, String(value));
  for (const child of children)
    element.appendChild(typeof child === "string" ? document.createTextNode(child) : (child as never));
  return element as SVGElement;
}

/** A line of text. */
export function textElement(
  document: Document,
  text: string,
  x: number,
  y: number,
  size: number,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElement {
  return svgElement(document, "text", { x, y, "font-size": size, ...attributes }, [text]);
}
