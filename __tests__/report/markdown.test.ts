import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { visit } from 'unist-util-visit'
import {
  LONGEST_NAME,
  code,
  paragraph,
  prose,
  shown,
  shownFromDifference,
  table,
  toText,
} from '../../src/report/markdown.ts'
import { HOSTILE_NAMES } from '../fixtures/hostile-names.ts'
import { anyName } from '../fixtures/identities.ts'

const settings = { seed: 20260504, numRuns: 500 }
const parse = (markdown: string) =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })

describe('shown', () => {
  it.each([
    ['Ana María Ünlü', 'Ana María Ünlü'],
    ['山田\u3000太郎', '山田\u3000太郎'],
    ['a@example.com', 'a@example.com'],
    ['DOMAIN\\user', 'DOMAIN\\user'],
    ['\u{1f600}', '\u{1f600}'],
    ['a\nb\tc', 'a\\u{a}b\\u{9}c'],
    ['admin\u202enimda', 'admin\\u{202e}nimda'],
    ['a\u200bb\u00adc\ufeffd', 'a\\u{200b}b\\u{ad}c\\u{feff}d'],
    ['a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
    ['\ud800', '\\u{d800}'],
    ['\ue000\u{10fffd}', '\\u{e000}\\u{10fffd}'],
    ['\u3164', '\\u{3164}'],
    ['a\u00a0b', 'a\\u{a0}b'],
    [' a  b ', '\\u{20}a \\u{20}b\\u{20}'],
    ['\\u{202e}', '\\u{5c}u{202e}'],
    ['a\\|b', 'a\\u{5c}|b'],
    ['e\u0301', 'e\u0301'],
    ['\u0301', '\\u{301}'],
    [`z${'\u0336'.repeat(6)}`, `z${'\u0336'.repeat(4)}\\u{336}\\u{336}`],
  ])('shows %j as %j', (value, expected) => {
    expect(shown(value)).toBe(expected)
  })

  it('never holds what a reader cannot see, and is never longer than its limit', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyName,
          fc.constantFrom(...HOSTILE_NAMES),
          fc.string({ unit: 'binary', minLength: 90, maxLength: 400 }),
        ),
        (name) => {
          const result = shown(name)
          expect(result).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u)
          expect(result.length).toBeLessThanOrEqual(LONGEST_NAME)
        },
      ),
      settings,
    )
  })

  it('shows two short names alike only where they are the same', () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        expect(shown(a, 1000) === shown(b, 1000)).toBe(a === b)
      }),
      settings,
    )
  })

  it('cuts the middle out of a long name and never tears a character apart', () => {
    expect(shown('abcdefghij', 7)).toBe('abc…hij')
    expect(shown('\u{1f600}'.repeat(10), 8)).toBe('\u{1f600}\u{1f600}…\u{1f600}')
    expect(shown(`a${'\u202e'.repeat(100)}b`, 20)).toBe('a\\u{202e}…\\u{202e}b')
  })
})

describe('code', () => {
  it('is read back as the very name that is shown, in a paragraph and in a table', () => {
    fc.assert(
      fc.property(fc.oneof(anyName, fc.constantFrom(...HOSTILE_NAMES)), (name) => {
        fc.pre(name !== '')
        const cells = ['a', [code(name)], [code(name), ', ', code(name)]]
        const tree = parse(
          toText([paragraph('Name ', code(name)), table('text', ['A', 'B', 'C'], [cells, cells])]),
        )
        const values: string[] = []
        const types: string[] = []
        visit(tree, (node) => {
          types.push(node.type)
          if (node.type === 'inlineCode') values.push(node.value)
          if (node.type === 'tableRow') expect(node.children).toHaveLength(3)
        })
        expect(values).toEqual(Array.from({ length: 7 }, () => shown(name)))
        expect(new Set(types)).toEqual(
          new Set(['root', 'paragraph', 'text', 'inlineCode', 'table', 'tableRow', 'tableCell']),
        )
      }),
      settings,
    )
  })
})

describe('prose', () => {
  it.each([
    ['Set `detail: full` on it, please.', 'Set `detail: full` on it, please.'],
    ['The path ./a_b is (maybe) gone: look.', 'The path `./a_b` is (maybe) gone: look.'],
    ['Ask @octocat, or :tada:, or www.example.com.', 'Ask `@octocat`, or `:tada`:, or `www.example.com`.'],
    ['See ftp://host, GH-12, and 3f78685.', 'See `ftp://host`, `GH-12`, and `3f78685`.'],
    ['12 of 60 in 3f786 ("all").', '12 of 60 in 3f786 ("all").'],
    ['In x3f78685, 3f78685x and AGH-1.', 'In x3f78685, 3f78685x and AGH-1.'],
    ['two\nlines', 'two lines'],
    ['an empty `` pair', 'an empty  pair'],
  ])('writes %j as %j', (sentence, expected) => {
    expect(toText([paragraph(...prose(sentence))])).toBe(expected)
  })

  it('cuts a sentence of more than 400 characters', () => {
    const words = 'word '.repeat(80)
    expect(toText([paragraph(...prose(words))])).toBe(words.trim())
    expect(toText([paragraph(...prose(`${words}more`))])).toBe(`${words}…`)
  })

  it('makes nothing but text and code of any sentence', () => {
    const anySentence = fc.array(
      fc.oneof(anyName, fc.constantFrom(...HOSTILE_NAMES), fc.lorem({ maxCount: 3 })),
      { minLength: 1, maxLength: 5 },
    )
    fc.assert(
      fc.property(anySentence, (words) => {
        visit(parse(toText([paragraph('Note: ', ...prose(words.join(' ')))])), (node) => {
          expect(['root', 'paragraph', 'text', 'inlineCode']).toContain(node.type)
          if (node.type === 'text') expect(node.value).not.toMatch(/[@#<>[\]|~*_]|:\/|:\w+:|www\./)
        })
      }),
      settings,
    )
  })
})

describe('shownFromDifference', () => {
  it('begins thirty characters before the difference, at a whole one', () => {
    const same = '\u{1f600}'.repeat(40)
    expect(shownFromDifference(`${same}b1`, `${same}b2`)).toEqual(
      ['b1', 'b2'].map((end) => `\u2026${'\u{1f600}'.repeat(15)}${end}`),
    )
  })
})
