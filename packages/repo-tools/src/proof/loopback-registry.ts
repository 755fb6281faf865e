// A private npm registry on 127.0.0.1 with one user, for as long as a proof runs. It knows the scope's packages only.
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"

export interface LoopbackRegistry {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string
  /** Of a user who may read and publish; nobody else may do either. */
  readonly token: string
  /** Published versions of a package, oldest first; empty when there is none. */
  readonly versionsOf: (name: string) => Promise<ReadonlyArray<string>>
  readonly close: () => Promise<void>
}

interface Verdaccio {
  readonly runServer: (config: unknown) => Promise<Server>
}

const configuration = (folder: string) => ({
  storage: join(folder, "storage"),
  self_path: folder,
  auth: { htpasswd: { file: join(folder, "htpasswd"), max_users: 1 } },
  uplinks: {},
  packages: { "@barkeep/*": { access: "$authenticated", publish: "$authenticated" } },
  log: { type: "stdout", format: "pretty", level: "fatal" },
  web: { enable: false },
})

const addUser = async (url: string): Promise<string> => {
  const answer = await fetch(`${url}-/user/org.couchdb.user:publisher`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "publisher", password: crypto.randomUUID(), type: "user", roles: [] }),
  })
  const { token } = (await answer.json()) as { readonly token?: string }
  if (token === undefined) throw new Error(`the registry made no user: status ${answer.status}`)
  return token
}

/** Starts a registry that keeps everything in `folder`. */
export const startLoopbackRegistry = async (folder: string): Promise<LoopbackRegistry> => {
  // The package's types need more libraries than they are worth for one call.
  const name: string = "verdaccio"
  const { runServer } = (await import(name)) as Verdaccio
  const server = await runServer(configuration(folder))
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const token = await addUser(url)
  return {
    url,
    token,
    versionsOf: async (packageName) => {
      const answer = await fetch(url + packageName.replace("/", "%2f"), {
        headers: { authorization: `Bearer ${token}` },
      })
      if (answer.status === 404) return []
      if (!answer.ok) throw new Error(`${packageName}: the registry answered ${answer.status}`)
      return Object.keys(((await answer.json()) as { readonly versions: object }).versions)
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
