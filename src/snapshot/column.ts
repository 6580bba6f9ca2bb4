/** A list of whole numbers below 2 ** 32, of four bytes each. */
export interface Column {
  push(number: number): void
  readonly length: number
  /** The numbers; to be called once, when all are there. */
  end(): Uint32Array
}

/** @param capacity how many there will be, where that is known: memory that is not used costs nothing */
export function createColumn(capacity = 1024): Column {
  let numbers = new Uint32Array(capacity)
  let length = 0
  return {
    push(number) {
      if (length === numbers.length) {
        const longer = new Uint32Array(2 * length + 1)
        longer.set(numbers)
        numbers = longer
      }
      numbers[length++] = number
    },
    get length() {
      return length
    },
    end: () => (length === numbers.length ? numbers : numbers.slice(0, length)),
  }
}
