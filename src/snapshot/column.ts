/** A list of whole numbers below 2 ** 32, of four bytes each. */
export interface Column {
  push(number: number): void
  readonly length: number
  numbers(): Uint32Array
  /** The numbers, in no more memory than they need; nothing can be added any more. */
  end(): Uint32Array
}

export function createColumn(): Column {
  let numbers = new Uint32Array(1024)
  let length = 0
  return {
    push(number) {
      if (length === numbers.length) {
        const longer = new Uint32Array(2 * length)
        longer.set(numbers)
        numbers = longer
      }
      numbers[length++] = number
    },
    get length() {
      return length
    },
    numbers: () => numbers.subarray(0, length),
    end: () => numbers.slice(0, length),
  }
}
