import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'

const fromRoot = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))

/** The messages that the page quotes, and those that src/ spells, `…` and holes standing for what is known at run time. */
const page = readFileSync(fromRoot('docs/troubleshooting.md'), 'utf8')
const quoted = [...page.matchAll(/^(?:\| |- )`([^`]+)`/gm)].map(([, message = '']) => message)
const sources = readdirSync(fromRoot('src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(fromRoot(`src/${file}`), 'utf8'))

describe('docs/troubleshooting.md', () => {
  it('quotes messages', () => {
    expect(quoted.length).toBeGreaterThan(10)
  })

  it.each(quoted)('quotes a message that the code still has: %s', (message) => {
    const pieces = message.split('…').map((piece) => piece.trim())
    expect(sources.some((source) => pieces.every((piece) => source.includes(piece)))).toBe(true)
  })
})
