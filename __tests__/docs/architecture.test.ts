import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const root = join(import.meta.dirname, '..', '..')

describe('docs/architecture.md', () => {
  it('says of every source file what it holds, and of no other', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.split(sep).join('/'))
    const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
    expect(filesOf(page).sort()).toEqual(files.sort())
  })
})

/** The files that the table names: a row with a folder in bold begins that folder. */
function filesOf(page: string): string[] {
  let folder = ''
  return page.split('\n').flatMap((line) => {
    const [, first, second = ''] = line.split('|')
    if (first === undefined) return []
    const begins = /\*\*`(.+\/)`\*\*/.exec(first)?.[1]
    folder = begins ?? folder
    const names = (begins === undefined ? first : second).matchAll(/`([\w-]+\.ts)`/g)
    return [...names].map(([, name = '']) => folder + name)
  })
}
