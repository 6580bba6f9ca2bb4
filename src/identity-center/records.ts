/**
 * The records of a list by their id. A moving list repeats records: of two with different content the one with the later
 * UpdatedAt stays, else the one with the greater bytes, so that the order of the answers never matters.
 */
export class Records<R extends { UpdatedAt?: number | undefined }> {
  conflicts = 0
  /** Whether the list has been read to its end. */
  isComplete = false
  readonly idOf: (record: R) => string
  private readonly byId = new Map<string, R>()

  constructor(idOf: (record: R) => string) {
    this.idOf = idOf
  }

  get size(): number {
    return this.byId.size
  }

  add(record: R): void {
    const id = this.idOf(record)
    const known = this.byId.get(id)
    if (known === undefined) {
      this.byId.set(id, record)
      return
    }
    const [before, now] = [contentOf(known), contentOf(record)]
    if (before !== now) this.conflicts += 1
    const [earlier, later] = [known.UpdatedAt ?? 0, record.UpdatedAt ?? 0]
    const isNewer =
      later === earlier ? Buffer.compare(Buffer.from(now), Buffer.from(before)) > 0 : later > earlier
    if (isNewer) this.byId.set(id, record)
  }

  /** Adds the pages of a list, to its end. */
  async addAll(pages: AsyncIterable<R[]>, onPage: () => void = () => undefined): Promise<void> {
    for await (const page of pages) {
      for (const record of page) this.add(record)
      onPage()
    }
    this.isComplete = true
    onPage()
  }

  /** Adds what only the other list holds; returns how many. */
  addMissing(other: Records<R>): number {
    const before = this.size
    for (const [id, record] of other.byId) if (!this.byId.has(id)) this.byId.set(id, record)
    return this.size - before
  }

  has(id: string): boolean {
    return this.byId.has(id)
  }

  delete(id: string): void {
    this.byId.delete(id)
  }

  /** The one string that stands for an id, so that a million memberships do not keep a million strings. */
  internId(id: string): string {
    const record = this.byId.get(id)
    return record === undefined ? id : this.idOf(record)
  }

  /** Without those for which `isExcluded` holds. */
  ids(isExcluded?: (record: R) => boolean): string[] {
    if (isExcluded === undefined) return [...this.byId.keys()]
    return [...this.byId].flatMap(([id, record]) => (isExcluded(record) ? [] : id))
  }

  values(): R[] {
    return [...this.byId.values()]
  }
}

function contentOf(record: object): string {
  return JSON.stringify({ ...record, UpdatedAt: undefined })
}
