// Prints docs/reference.md: the help of every command as the command itself prints it.
// `node scripts/reference.js > docs/reference.md`; test/docs/reference.test.ts holds the page to it.
import { referencePage } from "./reference-page.ts";

process.stdout.write(referencePage());
