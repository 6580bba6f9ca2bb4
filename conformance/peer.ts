/** What a peer is given to work with. */
export interface Conformance {
  check: Check
  /** The folder of the bundles, absolute. */
  dist: string
}

/** One thing that has to hold; `evidence` is shown where it does not. */
export type Check = (what: string, holds: boolean, evidence?: string) => void

/** The machine lacks what the peer needs; the message says what. */
export class MissingPeer extends Error {}
