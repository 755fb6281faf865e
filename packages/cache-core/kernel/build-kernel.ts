// Compiles the kernel's AssemblyScript into the module that ships: `node kernel/build-kernel.ts` after a change of it.
// A test holds the module against the sources.
import { writeFileSync } from "node:fs"
import { join } from "node:path"

const folder = import.meta.dirname
const target = join(folder, "../src/codec/kernel-bytes.ts")

interface Compiler {
  readonly main: (
    args: ReadonlyArray<string>,
    host: { readonly writeFile: (name: string, contents: string | Uint8Array) => void },
  ) => Promise<{ readonly error: Error | null }>
}

// Its own types would change those of all arrays, and of the console, for the whole repository.
const compiler: string = "assemblyscript/asc"

const flags = "-O3 --noAssert --runtime stub --enable simd".split(" ")

/** The kernel as WebAssembly. */
export const compileKernel = async (): Promise<Uint8Array> => {
  const { main } = (await import(compiler)) as Compiler
  let binary: Uint8Array | undefined
  const { error } = await main(
    ["kernel.ts", "--baseDir", join(folder, "assembly"), "--outFile", "kernel.wasm", ...flags],
    {
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") binary = contents
      },
    },
  )
  if (error !== null || binary === undefined) throw new Error("the kernel does not compile", { cause: error })
  return binary
}

/** The module that holds these bytes. */
export const kernelModule = (bytes: Uint8Array): string => {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,100}/g) ?? []
  return [
    "// Made by kernel/build-kernel.ts of the files in kernel/assembly; not to be edited.",
    "",
    "/** The kernel as WebAssembly. */",
    'export const kernelBytes = (): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, "base64"))',
    "",
    "const text =",
    ...lines.map((line, index) => `  "${line}"${index < lines.length - 1 ? " +" : ""}`),
    "",
  ].join("\n")
}

if (import.meta.main) writeFileSync(target, kernelModule(await compileKernel()))
