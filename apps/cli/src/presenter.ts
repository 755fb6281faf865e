import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import { processConsole } from "./console.ts"

/** Help and version on stdout; a wrong command line as one line per error on stderr, without pages of help around it. */
export const presenterLayer = CliOutput.layerPresenter({
  present: (event) => {
    if (event._tag !== "InvalidInvocation") return CliOutput.defaultPresenter.present(event)
    const { commandPath, errors } = event
    return Effect.sync(() => {
      const console = processConsole()
      for (const error of errors) console.note(error.message.replaceAll(/\s*\n\s*/g, " ").trim())
      console.note(`See ${commandPath.join(" ")} --help`)
    })
  },
})
