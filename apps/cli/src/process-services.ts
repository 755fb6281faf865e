import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"

/**
 * What `effect/cli` may ask of its surroundings: for prompts and for flags that open files, and this command line has
 * neither. Reading arguments and printing help use none of it, and loading Node's implementations takes longer than both.
 */
export const processServices = Layer.mergeAll(
  Layer.succeed(FileSystem.FileSystem, unused("files")),
  Layer.succeed(Path.Path, unused("paths")),
  Layer.succeed(Stdio.Stdio, unused("streams")),
  Layer.succeed(Terminal.Terminal, unused("prompts")),
  Layer.succeed(ChildProcessSpawner, unused("other processes")),
)

function unused<Service extends object>(what: string): Service {
  return new Proxy({} as Service, {
    get: (_target, key) => {
      throw new Error(`a command line without ${what} was asked for ${String(key)}`)
    },
  })
}
