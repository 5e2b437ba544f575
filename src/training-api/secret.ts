/** Characters of a key in a row that count as the key: an endpoint may echo it cut short. */
const WINDOW = 24;

/**
 * Whether a text of the endpoint's holds an API key or a good part of it, plain or percent-encoded. Of an SSH key its
 * base64 part counts alone: the type before it and the comment behind it are no secret.
 */
export function holdsKey(text: string, apiKey: string): boolean {
  const parts = apiKey.split(/\s+/);
  const secret = parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
  if (secret === "") return false;
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  // An unescaped + reads as a blank.
  const forms = [text, decoded].map((form) => form.replaceAll("+", " "));
  const length = Math.min(WINDOW, secret.length);
  for (let start = 0; start + length <= secret.length; start++) {
    const piece = secret.slice(start, start + length).replaceAll("+", " ");
    if (forms.some((form) => form.includes(piece))) return true;
  }
  return false;
}
