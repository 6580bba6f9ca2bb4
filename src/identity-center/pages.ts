import { createHash } from 'node:crypto'
import { UserError } from '../errors.ts'
import { adviseAws, type AdviceContext, type Calls, type Operation } from './advice.ts'
import type { Line, Pace } from './pace.ts'
import { object, optional, text, verifyShape, type Shape } from './shapes.ts'

/** What every call of one service has in common. */
export interface CallOptions {
  pace: Pace
  advice: AdviceContext
  /** Counts the answered calls. */
  calls: Calls
  /** Nothing is sent any more once it is aborted. */
  signal: AbortSignal
  /** Called after each page of a list. */
  onPage: () => void
}

export type Pages<T> = AsyncGenerator<T[], void>
export interface Page {
  MaxResults: number
  NextToken?: string
}

/**
 * Makes one call at its turn, until its answer has the shape that its API promises.
 *
 * @throws UserError
 */
export async function ask<A>(
  operation: Operation,
  line: Line,
  send: (attemptSignal: AbortSignal) => Promise<A>,
  shape: Shape,
  { pace, advice, calls, signal }: CallOptions,
): Promise<A> {
  const attempt = async (attemptSignal: AbortSignal): Promise<A> => {
    const answer = await send(attemptSignal)
    verifyShape(shape, answer)
    return answer
  }
  try {
    const answer = await pace.run(operation, line, attempt, signal)
    calls[operation] = (calls[operation] ?? 0) + 1
    return answer
  } catch (error) {
    signal.throwIfAborted()
    throw adviseAws(operation, error, advice)
  }
}

export interface List<A, R> {
  operation: Operation
  /** The lines of the first page and of the others. */
  lines: [Line, Line]
  /** The API's maximum for a page; the default is not documented. */
  pageSize?: number
  send: (page: Page, attemptSignal: AbortSignal) => Promise<A>
  shape: Shape
  read: (answer: A) => R[]
}

/**
 * Reads a list page by page to its end, each call at its turn.
 *
 * @throws UserError; a list that cannot be read to its end is never taken for a short one
 */
export async function* readPages<A extends { NextToken?: string | undefined }, R>(
  { operation, lines: [first, next], pageSize = 100, send, shape, read }: List<A, R>,
  options: CallOptions,
): Pages<R> {
  const follow = followPages(operation)
  for (let token: string | undefined; ;) {
    const page: Page = { MaxResults: pageSize, ...(token === undefined ? {} : { NextToken: token }) }
    const line = token === undefined ? first : next
    const answer = await ask(operation, line, (attemptSignal) => send(page, attemptSignal), shape, options)
    const items = read(answer)
    yield items
    options.onPage()
    token = follow(items.length, answer.NextToken ?? undefined)
    if (token === undefined) return
  }
}

/** Reads pages to their end, and hands on each record. */
export async function collect<T>(pages: Pages<T>, add: (record: T) => void): Promise<void> {
  for await (const page of pages) page.forEach(add)
}

/** A page of a list; AWS sends null for what is absent. */
export function pageShape(members: Record<string, Shape>): Shape {
  return object({ ...members, NextToken: optional(text) })
}

/** Of one list: the quota of 200,000 users is 2,000 pages. */
const MOST_PAGES = 10_000
const MOST_RECORDS = 500_000

/**
 * Follows one list to its end: takes the number of records and the token of each page, and gives the token of the next
 * page, undefined at the end.
 *
 * @throws UserError (unavailable) for a token that comes again, and for a list longer than any that AWS can hold
 */
export function followPages(
  operation: Operation,
): (records: number, token: string | undefined) => string | undefined {
  // Digests, since a token may be as long as an answer.
  const seen = new Set<string>()
  let total = 0
  return (records, token) => {
    total += records
    const isLast = token === undefined || token === ''
    if (total > MOST_RECORDS || (seen.size + 1 >= MOST_PAGES && !isLast)) throw endless(operation)
    if (isLast) return undefined
    const digest = createHash('sha256').update(token).digest('base64')
    if (seen.has(digest)) throw repeatedToken(operation)
    seen.add(digest)
    return token
  }
}

function endless(operation: Operation): UserError {
  return new UserError(
    'unavailable',
    `AWS returned an impossibly long list for ${operation} (over 10,000 pages or 500,000 records). Nothing was written. Run again later, and check for a proxy that alters responses.`,
  )
}

function repeatedToken(operation: Operation): UserError {
  return new UserError(
    'unavailable',
    `AWS repeated a NextToken of ${operation}, so the list cannot be read to the end. Nothing was written. Run again later.`,
  )
}
