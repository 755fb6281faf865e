import type { Answer } from "../vendor-site.ts"

/** Behind it stand the addresses that Yahoo redirects to, so that no client is sent away from this machine. */
export const redirectedPath = "/yahoo/redirected/"

/**
 * The detour to the consent page that hosts in the European Union get: 307, then 302 twice, then a form.
 * @param host of the request, as `127.0.0.1:port`
 * @param path of the request; anything but a step of the detour begins it
 */
export const consentPage = (host: string, path: string): Answer => {
  const step = path.startsWith(redirectedPath) ? path.slice(redirectedPath.length) : ""
  const redirect = (status: number, address: string): Answer => ({
    status,
    headers: {
      "Content-Type": "text/html",
      Location: `http://${host}${redirectedPath}${address}`,
      "Set-Cookie": "GUCS=simulated; Max-Age=1800; Domain=.yahoo.com; Path=/; Secure",
    },
    body: "",
  })
  if (step === "") return redirect(307, "https://guce.yahoo.com/consent?brandType=eu&gcrumb=simulated")
  if (step.startsWith("https://guce.yahoo.com/consent"))
    return redirect(302, "https://consent.yahoo.com/v2/collectConsent?sessionId=simulated")
  return {
    status: 200,
    headers: { "Content-Type": "text/html;charset=utf-8" },
    body: `<!DOCTYPE html>
<html><head><title>Yahoo is part of the Yahoo family of brands</title></head><body>
<form method="post" action="https://consent.yahoo.com/v2/collectConsent?sessionId=simulated">
<input type="hidden" name="csrfToken" value="simulated"><input type="hidden" name="sessionId" value="simulated">
<button type="submit" name="agree" value="agree">Accept all</button>
<button type="submit" name="reject" value="reject">Reject all</button></form></body></html>
`,
  }
}
