import { createHash } from 'node:crypto'
import { UserError } from '../errors.ts'
import { adviseAws, type AdviceContext, type Calls, type Operation } from './advice.ts'
import type { Priority, RateLimiter } from './rate-limiter.ts'
import type { RetryOptions } from './retry.ts'
import { member, optional, parseAnswer, text, type Schema } from './schema.ts'

/** What all the calls of a run have in common. */
export interface RunOptions extends RetryOptions {
  advice: AdviceContext
  /** Counts the answered calls. */
  calls: Calls
}

/** What the calls of one service have in common. */
export interface CallOptions extends Omit<RunOptions, 'time' | 'deadlineMs'> {
  limiter: Pick<RateLimiter, 'run'>
  /** Called after each page of a list. */
  onPage?: () => void
}

/** Of one attempt, as the SDK takes them. */
export interface SendOptions {
  abortSignal: AbortSignal
}

export interface Call<T> {
  operation: Operation
  priority?: Priority
  send: (options: SendOptions) => Promise<unknown>
  schema: Schema<T>
}

/**
 * Makes one call at its turn, until its answer is what its API promises.
 *
 * @throws UserError
 */
export async function ask<T>(
  { operation, priority = 'rest', send, schema }: Call<T>,
  { limiter, advice, calls, signal }: CallOptions,
): Promise<T> {
  const attempt = async (abortSignal: AbortSignal): Promise<T> =>
    parseAnswer(schema, await send({ abortSignal }))
  try {
    const answer = await limiter.run(operation, priority, attempt, signal)
    calls[operation] = (calls[operation] ?? 0) + 1
    return answer
  } catch (error) {
    signal.throwIfAborted()
    throw adviseAws(operation, error, advice)
  }
}

export interface ListCall<T> {
  operation: Operation
  /** Of the first page; the next ones of a list of the rest go before other first pages. */
  priority?: 'lists' | 'rest'
  /** The API's maximum for a page; the default is not documented. */
  pageSize?: number
  send: (page: { MaxResults: number; NextToken?: string }, options: SendOptions) => Promise<unknown>
  /** Undefined where the list may be absent, and is. */
  records: Schema<T[] | undefined>
}

/** Of one list: the quota of 200,000 users is 2,000 pages. */
const MOST_PAGES = 10_000
const MOST_RECORDS = 500_000

/**
 * Reads a list page by page to its end, each call at its turn.
 *
 * @throws UserError; a list that cannot be read to its end is never taken for a short one
 */
export async function* readPages<T>(
  { operation, priority = 'rest', pageSize = 100, send, records }: ListCall<T>,
  options: CallOptions,
): AsyncGenerator<T[], void> {
  const next = member('NextToken', optional(text))
  const schema = (answer: unknown): { page: T[]; token: string } => ({
    page: records(answer) ?? [],
    token: next(answer) ?? '',
  })
  // Digests, since a token may be as long as an answer.
  const seen = new Set<string>()
  let total = 0
  for (let token = ''; ;) {
    const range = { MaxResults: pageSize, ...(token === '' ? {} : { NextToken: token }) }
    const answer = await ask(
      {
        operation,
        priority: token === '' || priority === 'lists' ? priority : 'pages',
        send: (sendOptions) => send(range, sendOptions),
        schema,
      },
      options,
    )
    yield answer.page
    options.onPage?.()
    total += answer.page.length
    token = answer.token
    if (total > MOST_RECORDS || (seen.size + 1 >= MOST_PAGES && token !== ''))
      throw new UserError(
        'unavailable',
        `AWS returned an impossibly long list for ${operation} (over 10,000 pages or 500,000 records). Nothing was written. Run again later, and check for a proxy that alters responses.`,
      )
    if (token === '') return
    const digest = createHash('sha256').update(token).digest('base64')
    if (seen.has(digest))
      throw new UserError(
        'unavailable',
        `AWS repeated a NextToken of ${operation}, so the list cannot be read to the end. Nothing was written. Run again later.`,
      )
    seen.add(digest)
  }
}
