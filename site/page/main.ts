import { copyButtons } from "./copy.ts";
import { definitions } from "./definitions.ts";
import { menu, scrollers, themeButton, watchSections } from "./navigation.ts";
import { search } from "./search.ts";

themeButton();
menu();
search();
scrollers();
copyButtons();
definitions();
watchSections();
