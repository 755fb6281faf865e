import { type Fault, type FormFault, isDeliveryFault, isFormFault } from "./faults.ts"
import type { Answer, VendorReply } from "./vendor-site.ts"

/** An answer, and whether a fault has shaped it. */
export interface ShapedAnswer {
  readonly answer: Answer
  readonly faulty: boolean
}

/** The asked answer, or what a fault of its form leaves of it. */
export const inForm = (asked: ShapedAnswer, fault: Fault | undefined): ShapedAnswer =>
  fault !== undefined && isFormFault(fault)
    ? { answer: malformedAnswer(fault, asked.answer), faulty: true }
    : asked

/** How a fault has the answer delivered, and its name where it has shaped the answer or its delivery. */
export const faultOfReply = (
  { faulty }: ShapedAnswer,
  fault: Fault | undefined,
): Pick<VendorReply, "delivery" | "fault"> => {
  const delivery = fault !== undefined && isDeliveryFault(fault) ? fault : undefined
  return { delivery, fault: faulty || delivery !== undefined ? fault?.type : undefined }
}

/** The answer as a fault of its form leaves it. */
const malformedAnswer = (fault: FormFault, answer: Answer): Answer => {
  if (fault.type === "truncated-json") {
    const body = Buffer.from(answer.body)
    return { ...answer, body: body.subarray(0, Math.floor(body.length * 0.6)) }
  }
  const header =
    fault.type === "gzip-garbage"
      ? { "Content-Encoding": "gzip" }
      : { "Content-Type": fault.contentType ?? "text/html" }
  return { ...answer, headers: { ...answer.headers, ...header } }
}
