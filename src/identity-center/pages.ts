import { createHash } from 'node:crypto'
import { UserError } from '../errors.ts'
import type { Operation } from './advice.ts'

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
    `The list that AWS gives for ${operation} is longer than any that it can hold (10,000 pages or 500,000 records), so it is not believed. Nothing was written; run again later, and look for a proxy that changes answers.`,
  )
}

function repeatedToken(operation: Operation): UserError {
  return new UserError(
    'unavailable',
    `AWS repeated a NextToken of ${operation}, so the list cannot be read to its end. Nothing was written; run again later.`,
  )
}
