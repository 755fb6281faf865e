import { annual, type DayRule } from "../day-rules.ts"
import { type ClosureRule, holiday } from "../market-rules.ts"
import { isWeekend } from "../civil-day.ts"

/** Christmas and Boxing Day; when they fall on a weekend, 27 and 28 December are kept instead. */
export const christmasWithSubstitutes = (): ReadonlyArray<ClosureRule> => [
  holiday("Christmas Day", annual(12, 25)),
  holiday("Boxing Day", annual(12, 26)),
  holiday("Christmas Day, substitute", movedTwoDays(25)),
  holiday("Boxing Day, substitute", movedTwoDays(26)),
]

/** Saturday and Sunday are both made up two days later, so that the two holidays never share a substitute. */
const movedTwoDays =
  (dayOfMonth: number): DayRule =>
  (year) =>
    annual(
      12,
      dayOfMonth,
    )(year)
      .filter(isWeekend)
      .map((day) => day + 2)
