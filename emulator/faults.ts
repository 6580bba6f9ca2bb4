import type { Call, Transport } from './aws-http.ts'
import type { IdentityCenter } from './identity-center.ts'
import type { Organization } from './organization.ts'
import { createRandom } from './random.ts'

/** Which calls a fault strikes: those of the operations (all of them where absent), counted by this fault from 1. */
export interface Selector {
  operation?: string | readonly string[]
  /** only the nth */
  nth?: number
  /** the nth and all after it */
  from?: number
  /** at most so many */
  times?: number
  /** each with this probability, 0 to 1 */
  probability?: number
  seed?: number
}

/** What a fault does. Several may strike one call; the first error wins, changes of the answer add up. */
export type Effect =
  | { kind: 'error'; error: (call: Call) => ServiceError }
  /** An answer that is no JSON, such as that of a load balancer. */
  | { kind: 'raw'; status: number; contentType: string; body: string }
  | { kind: 'transport'; transport: Transport }
  | { kind: 'slow'; milliseconds: number }
  /** Changes the answer; `unchecked`: the result does not fit the SDK's schema, on purpose. */
  | {
      kind: 'answer'
      unchecked?: boolean
      change: (
        output: Record<string, unknown>,
        call: Call,
        organization: Organization,
      ) => Record<string, unknown>
    }
  /** Changes the organization, or the emulator, before the answer is made. */
  | { kind: 'act'; act: (organization: Organization, call: Call, center: IdentityCenter) => void }

export interface Fault {
  name?: string
  when: Selector | ((call: Call) => boolean)
  effect: Effect
}

/** The error that a service answers. */
export class ServiceError extends Error {
  readonly type: string
  readonly status: number
  readonly members: Record<string, unknown>
  readonly headers: Record<string, string>
  /** The type as it is sent, which may have a namespace before it. */
  readonly wireType: string

  constructor(
    type: string,
    message: string,
    options: {
      status?: number
      members?: Record<string, unknown>
      headers?: Record<string, string>
      wireType?: string
    } = {},
  ) {
    super(message)
    this.type = type
    this.status = options.status ?? 400
    this.members = options.members ?? {}
    this.headers = options.headers ?? {}
    this.wireType = options.wireType ?? type
  }
}

/** A fault with the counter that its selector needs. */
export function strikes(fault: Fault): { name: string; effect: Effect; strikes: (call: Call) => boolean } {
  const name = fault.name ?? fault.effect.kind
  if (typeof fault.when === 'function') return { name, effect: fault.effect, strikes: fault.when }
  const { operation, nth, from, times, probability, seed } = fault.when
  const random = createRandom(seed ?? 1)
  const operations = typeof operation === 'string' ? [operation] : operation
  let matched = 0
  let struck = 0
  return {
    name,
    effect: fault.effect,
    strikes: (call) => {
      if (operations !== undefined && !operations.includes(call.operation)) return false
      matched++
      if (nth !== undefined && matched !== nth) return false
      if (from !== undefined && matched < from) return false
      if (probability !== undefined && random.next() >= probability) return false
      if (times !== undefined && struck >= times) return false
      struck++
      return true
    },
  }
}
