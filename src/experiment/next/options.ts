/** How many runs are planned unless told otherwise. */
export const PLANNED_AT_ONCE = 5;
