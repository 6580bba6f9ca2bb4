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

/** The files that the lists name: a heading with a folder begins that folder. */
function filesOf(page: string): string[] {
  let folder = ''
  return page.split('\n').flatMap((line) => {
    folder = /^### `src\/(.*?)`/.exec(line)?.[1] ?? (line.startsWith('## ') ? 'none/' : folder)
    const [, files = ''] = /^- ((?:`[\w-]+\.ts`(?:, )?)+):/.exec(line) ?? []
    return [...files.matchAll(/`([\w-]+\.ts)`/g)].map(([, name = '']) => folder + name)
  })
}
