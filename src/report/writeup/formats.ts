/** What a write-up can be written as. */
export const FORMATS = ["pdf", "html", "md", "tex", "docx"] as const;
export type Format = (typeof FORMATS)[number];
