import type { HLJSApi, Language } from "highlight.js";
import hljs from "highlight.js/lib/core";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import { escapeHtml } from "../src/report/html.ts";

hljs.registerLanguage("json", json);
hljs.registerLanguage("python", python);
hljs.registerLanguage("ts", typescript);
hljs.registerLanguage("sh", commands);

/** Indented blocks with these first words are commands. */
const COMMAND = /^(?:isoflop|npx|npm|node|parallel|jq|export) /m;

/**
 * A block of code, colored. A fenced block without a language shows what commands print; an indented one, whose language
 * is undefined, holds commands or plain text.
 */
export function highlight(text: string, language: string | undefined): string {
  const name = language === undefined ? (COMMAND.test(text) ? "sh" : "text") : language;
  if (name === "") return `<pre class="output"><code>${escapeHtml(text)}</code></pre>\n`;
  const html = hljs.getLanguage(name) ? hljs.highlight(text, { language: name }).value : escapeHtml(text);
  return `<div class="code"><pre><code>${html}</code></pre></div>\n`;
}

/** Commands of a shell: the program, its options, texts, variables and comments. */
function commands(api: HLJSApi): Language {
  return {
    name: "commands",
    contains: [
      { scope: "comment", begin: /(?<=^|\s)#/, end: /$/ },
      api.APOS_STRING_MODE,
      { ...api.QUOTE_STRING_MODE, contains: [{ scope: "variable", match: /\$\w+/ }] },
      { scope: "variable", match: /\$\w+/ },
      { scope: "attr", match: /(?<=\s)--?[a-zA-Z][\w-]*/ },
      { scope: "title", match: /(?<=^|&& |\| |; )(?:npx isoflop|[\w-]+)(?= )/m },
    ],
  };
}
