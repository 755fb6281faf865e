/** Changes whenever the same bars could get another report; reports of other versions are not reused. */
export const rulesVersion = "3"
