/** Carries the token. A page of another origin cannot send it: that would take a preflight, which nobody answers. */
export const TOKEN_HEADER = "x-isoflop-token";
