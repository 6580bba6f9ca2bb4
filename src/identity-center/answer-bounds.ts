import { Readable } from 'node:stream'
import type { STSClient } from '@aws-sdk/client-sts'
import { MalformedAnswer } from './faults.ts'

/** In bytes: a hundred of the widest users that AWS allows, escaped, fit. */
const LONGEST = 16 * 1024 * 1024
/** A record of the Identity Store is a handful of levels deep; a parser needs memory, and stack, for each. */
const DEEPEST = 64

/**
 * Lets a client read no answer that is longer or deeper than these, and no good one of no bytes, which would pass for an
 * empty list: MalformedAnswer, and the connection is closed. The SDK's step for retries is passed by.
 */
export function boundAnswers<T extends { middlewareStack: object }>(client: T): T {
  // The stacks of the clients differ in the types of their commands only, which the last step does not see.
  const stack = client.middlewareStack as Pick<STSClient['middlewareStack'], 'add'>
  // With a single attempt (see connectAws) the SDK's own retries only cost time, at each call.
  const noRetries = {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  } as const
  stack.add((next) => next, noRetries)
  stack.add(
    (next) => async (args) => {
      const result = await next(args)
      // The handler of Node gives a stream; the parser takes bytes as well.
      const response = result.response as { body?: unknown; statusCode?: number }
      if (!(response.body instanceof Readable)) return result
      const bytes = await bytesOf(response.body)
      if (bytes.length === 0 && response.statusCode === 200) throw new MalformedAnswer('an empty response')
      if (isDeep(bytes)) throw new MalformedAnswer(`a response of more than ${String(DEEPEST)} levels`)
      response.body = bytes
      return result
    },
    // Between the socket and the parser.
    { step: 'deserialize', priority: 'low', name: 'boundAnswers' },
  )
  return client
}

/** By events: iterating over the stream takes twice the time, which counts at 100,000 answers. */
function bytesOf(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > LONGEST) stream.destroy(new MalformedAnswer('a response of more than 16 MiB'))
    })
    stream.once('end', () => resolve(Buffer.concat(chunks, length)))
    stream.once('error', reject)
  })
}

function isDeep(json: Buffer): boolean {
  let depth = 0
  let isInText = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (isInText) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) isInText = false
    } else if (byte === QUOTE) isInText = true
    else if (byte === BRACKET || byte === BRACE) {
      depth += 1
      if (depth > DEEPEST) return true
    } else if (byte === BRACKET_END || byte === BRACE_END) depth -= 1
  }
  return false
}

const [QUOTE, BACKSLASH, BRACKET, BRACKET_END, BRACE, BRACE_END] = Buffer.from('"\\[]{}')
