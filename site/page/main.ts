import { themeButton } from "../../mock-server/dashboard/page/theme.ts";
import { copyButtons } from "./copy.ts";
import { definitions } from "./definitions.ts";
import { menu, scrollers, watchSections } from "./navigation.ts";
import { search } from "./search.ts";

themeButton("site-theme");
menu();
search();
scrollers();
copyButtons();
definitions();
watchSections();
