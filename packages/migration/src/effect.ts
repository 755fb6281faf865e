import { InvalidInput } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import { MigrationError } from "./errors.ts"
import * as Migrate from "./migrate.ts"
import * as Plan from "./plan-migration.ts"
import * as Rollback from "./rollback.ts"
import * as Verify from "./verify-migration.ts"

export { MigrationError }

/** What every operation may fail with; what the store of the new cache fails with is in an entry's outcome. */
export type MigrationFailures = MigrationError | InvalidInput

/** Turns a Promise function into an effect: typed errors fail it, others are defects, interruption aborts the signal. */
const attempt = <A>(body: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, MigrationFailures> =>
  Effect.promise(async (signal): Promise<Effect.Effect<A, MigrationFailures>> => {
    try {
      return Effect.succeed(await body(signal))
    } catch (error) {
      if (error instanceof MigrationError || error instanceof InvalidInput) return Effect.fail(error)
      throw error
    }
  }).pipe(Effect.flatten)

/** `planMigration` of the root entry. */
export const planMigration = (
  options: Omit<Plan.PlanOptions, "signal">,
): Effect.Effect<Plan.MigrationPlan, MigrationFailures> =>
  attempt((signal) => Plan.planMigration({ ...options, signal }))

/** `migrate` of the root entry. Interrupting the fiber stops it between two entries; the same call continues. */
export const migrate = (
  options: Omit<Migrate.MigrateOptions, "signal">,
): Effect.Effect<Migrate.MigrationReport, MigrationFailures> =>
  attempt((signal) => Migrate.migrate({ ...options, signal }))

/** `verifyMigration` of the root entry. */
export const verifyMigration = (
  options: Omit<Parameters<typeof Verify.verifyMigration>[0], "signal">,
): Effect.Effect<Verify.VerifiedMigration, MigrationFailures> =>
  attempt((signal) => Verify.verifyMigration({ ...options, signal }))

/** `rollbackMigration` of the root entry. Not interrupted within an entry. */
export const rollbackMigration = (
  options: Parameters<typeof Rollback.rollbackMigration>[0],
): Effect.Effect<Rollback.RolledBack, MigrationFailures> =>
  Effect.uninterruptible(attempt(() => Rollback.rollbackMigration(options)))
