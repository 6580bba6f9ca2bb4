import type { Population } from './lines.ts'

/** What the page says of where its lines are from. */
export interface Provenance {
  identityStoreId: string
  /** 12 digits */
  account: string
  ownerAccount: string | null
  region: string
  /** The address of the workflow run; null outside of GitHub Actions. */
  run: string | null
  /** ISO 8601, UTC */
  time: string
  /** SHA-256 of these files, in hex. */
  digests: { 'access.csv': string; 'users.json': string }
}

/** What the page holds, as JSON. */
export type PageData = Population & { provenance: Provenance }

/** Where the built page wants its data: it stands there once. */
export const DATA_PLACE = '"review data"'

/**
 * access-review.html in pieces: the built page with its data. The page's Content-Security-Policy allows its own script and
 * style, by hash, and nothing else; data is no script to it. Names cannot end the element that holds them: no `<` is left.
 *
 * @param template what review-page/build.mjs built
 */
export function* reviewPage(template: string, data: PageData): Generator<string> {
  const at = template.indexOf(DATA_PLACE)
  if (at === -1) throw new Error('the page has no place for its data')
  yield template.slice(0, at)
  for (const piece of jsonPieces(data)) yield piece.replaceAll('<', String.raw`\u003c`)
  yield template.slice(at + DATA_PLACE.length)
}

const PIECE_ITEMS = 5_000

/** JSON in which no piece holds more than so many entries of a list. */
function* jsonPieces(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield '['
    for (let from = 0; from < value.length; from += PIECE_ITEMS)
      yield (from === 0 ? '' : ',') + JSON.stringify(value.slice(from, from + PIECE_ITEMS)).slice(1, -1)
    yield ']'
  } else if (typeof value === 'object' && value !== null) {
    let separator = '{'
    for (const [key, entry] of Object.entries(value)) {
      yield `${separator}${JSON.stringify(key)}:`
      yield* jsonPieces(entry)
      separator = ','
    }
    yield '}'
  } else yield JSON.stringify(value)
}
