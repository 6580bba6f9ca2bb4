/** Numbers that look random and are the same for the same seed on every machine (a 32 bit counter, mixed). */
export interface Random {
  /** From 0, below 1. */
  next: () => number
  /** A whole number from 0, below `limit`. */
  below: (limit: number) => number
  /** That many hexadecimal digits. */
  hex: (length: number) => string
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const word = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const next = (): number => word() / 2 ** 32
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    hex: (length) => {
      let digits = ''
      while (digits.length < length) digits += word().toString(16).padStart(8, '0')
      return digits.slice(0, length)
    },
  }
}

/** A number for a text, to make a seed of it. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193)
  return hash >>> 0
}

/** The numbers from 0 to `length` in an order that the seed decides. */
export function shuffledPositions(length: number, seed: number): Uint32Array {
  const random = createRandom(seed)
  const positions = Uint32Array.from({ length }, (_, n) => n)
  for (let n = length - 1; n > 0; n--) {
    const other = random.below(n + 1)
    const kept = positions[n] ?? 0
    positions[n] = positions[other] ?? 0
    positions[other] = kept
  }
  return positions
}
