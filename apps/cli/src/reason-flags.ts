import type { NotFillableReason } from "@barkeep/fill-gaps"

const flags: { readonly [reason in NotFillableReason]?: string } = {
  budget: "--budget",
  "too-long": "--max-gap-hours",
  "sampled-only": "--allow-sampled takes them, marked as such",
}

/** Why a gap is not filled, with the flag that would change it. */
export const withFlag = (text: string, reason: NotFillableReason | undefined): string => {
  const flag = reason === undefined ? undefined : flags[reason]
  return flag === undefined ? text : `${text} (${flag})`
}
