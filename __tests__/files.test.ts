import fc from 'fast-check'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { UserError } from '../src/errors.ts'
import {
  discardUnfinishedFiles,
  isLeftover,
  removeLeftovers,
  writeFiles,
  type StagedFile,
} from '../src/files.ts'

/** Which has no modes (Node says 0666 of whatever can be written), and finds no file of a name that is too long. */
const onWindows = platform() === 'win32'

let root: string
let outside: string

beforeEach(() => {
  root = mkdtempSync(join(realpathSync(tmpdir()), 'files-'))
  outside = mkdtempSync(join(realpathSync(tmpdir()), 'outside-'))
})

afterEach(() => {
  rmSync(root, { recursive: true })
  rmSync(outside, { recursive: true })
})

describe('one file', () => {
  it('says the size and the digest of what it wrote', async () => {
    const path = join(root, 'a')
    const written = await writeFile(path, ['é', '€', '\n'], [root])
    expect(readFileSync(path, 'utf8')).toBe('é€\n')
    expect(written).toMatchObject({ bytes: 6, sha256: createHash('sha256').update('é€\n').digest('hex') })
    expect(readdirSync(root)).toEqual(['a'])
  })

  it('writes pieces of any size, whatever their characters, as one text', async () => {
    const sizes = fc.oneof(fc.nat(20), fc.constantFrom(87_381, 87_382, 131_072, 262_144, 300_000))
    const piece = fc
      .tuple(sizes, fc.constantFrom('a', 'é', '€', '😀', '\ud800'))
      .map(([size, character]) => character.repeat(size))
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const text = Buffer.from(pieces.map((each) => each.toWellFormed()).join(''))
        const written = await writeFile(join(root, 'a'), pieces, [root])
        expect(readFileSync(join(root, 'a')).equals(text)).toBe(true)
        expect(written).toMatchObject({
          bytes: text.byteLength,
          sha256: createHash('sha256').update(text).digest('hex'),
        })
      }),
      { numRuns: 50 },
    )
  })

  it('gives files mode 0600 and new directories 0700, also where a file was open to all', async () => {
    writeFileSync(join(root, 'a'), 'old')
    chmodSync(join(root, 'a'), 0o666)
    await writeFile(join(root, 'a'), ['new'], [root])
    await writeFile(join(root, 'b', 'c', 'd'), ['new'], [root])
    expect([modeOf('a'), modeOf('b'), modeOf('b/c'), modeOf('b/c/d')]).toEqual(
      onWindows ? [0o666, 0o666, 0o666, 0o666] : [0o600, 0o700, 0o700, 0o600],
    )
  })

  it('accepts a root by a link to it, and by its real path', async () => {
    const link = join(outside, 'link')
    symlinkSync(root, link)
    await writeFile(join(link, 'a'), ['1'], [link])
    await writeFile(join(root, 'b'), ['2'], [link])
    expect(readdirSync(root)).toEqual(['a', 'b'])
  })

  it('takes the innermost of its roots, to which a link may lead', async () => {
    const inner = join(root, 'inner')
    symlinkSync(outside, inner)
    for (const [index, roots] of [
      [root, inner],
      [inner, root],
    ].entries())
      await writeFile(join(inner, String(index)), ['x'], roots)
    expect(readdirSync(outside)).toEqual(['0', '1'])
  })

  it.each([
    ['beside the root', () => join(outside, 'a')],
    ['above the root', () => join(root, '..', 'a')],
    ['in a directory that only begins like the root', () => `${root}-more/a`],
    ['through a directory that does not exist', () => join(root, 'x', '..', '..', 'a')],
  ])('refuses a path %s', async (_, path) => {
    const error = await failure(writeFile(path(), ['x'], [root]))
    expect(error.kind).toBe('parameters')
    expect(error.message).toContain('outside the directories')
    expect(readdirSync(root)).toEqual([])
    expect(readdirSync(outside)).toEqual([])
  })

  it('refuses where no root exists', async () => {
    expect((await failure(writeFile(join(root, 'a'), ['x'], [join(root, 'none')]))).kind).toBe('parameters')
  })

  it('takes names that begin with two dots', async () => {
    await writeFile(join(root, '..a', '..b'), ['x'], [root])
    expect(readdirSync(join(root, '..a'))).toEqual(['..b'])
  })

  it.each(['a/file', 'a/b/file'])('refuses a link to a directory on the way to %s', async (path) => {
    symlinkSync(outside, join(root, 'a'))
    const error = await failure(writeFile(join(root, path), ['x'], [root]))
    expect([error.kind, error.message]).toEqual(['precondition', expect.stringContaining('symbolic link')])
    expect(readdirSync(outside)).toEqual([])
  })

  it.each([
    ['a link to a file', (path: string) => symlinkSync(join(outside, 'target'), path), 'a symbolic link'],
    ['a directory', (path: string) => mkdirSync(path), 'not a regular file'],
  ])('refuses %s in the place of the file', async (_, block, message) => {
    writeFileSync(join(outside, 'target'), 'kept')
    block(join(root, 'a'))
    const before = lstatSync(join(root, 'a')).mode
    expect((await failure(writeFile(join(root, 'a'), ['x'], [root]))).message).toContain(message)
    expect(readFileSync(join(outside, 'target'), 'utf8')).toBe('kept')
    expect(lstatSync(join(root, 'a')).mode).toBe(before)
    expect(readdirSync(root)).toEqual(['a'])
  })

  it('refuses a file in the place of a directory', async () => {
    writeFileSync(join(root, 'a'), 'file')
    expect((await failure(writeFile(join(root, 'a', 'b'), ['x'], [root]))).message).toContain(
      'is not a directory',
    )
  })

  it('leaves nothing where its content fails, not even the directories', async () => {
    writeFileSync(join(root, 'kept'), '')
    function* content() {
      yield 'partial'
      throw new RangeError('no more')
    }
    await expect(writeFile(join(root, 'a', 'b', 'c'), content(), [root])).rejects.toThrow(RangeError)
    expect(readdirSync(root)).toEqual(['kept'])
  })
})

describe('writeFiles', () => {
  it('puts no file in its place before all are complete', async () => {
    await writeFiles([root], async (stage) => {
      await stage(join(root, 'a'), ['1'])
      expect(existsSync(join(root, 'a'))).toBe(false)
      await stage(join(root, 'b'), ['2'])
      expect(existsSync(join(root, 'a'))).toBe(false)
    })
    expect(readdirSync(root)).toEqual(['a', 'b'])
  })

  it('undoes the earlier files where a later one cannot be put in its place', async () => {
    writeFileSync(join(root, 'a'), 'old')
    const writing = writeFiles([root], async (stage) => {
      await stage(join(root, 'a'), ['new'])
      await stage(join(root, 'b'), ['new'])
      await stage(join(root, 'c'), ['new'])
      mkdirSync(join(root, 'c'))
    })
    expect((await failure(writing)).message).toContain('not a regular file')
    expect(readdirSync(root)).toEqual(['a', 'c'])
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('old')
  })

  it('keeps a new directory into which somebody else wrote meanwhile', async () => {
    const writing = writeFiles([root], async (stage) => {
      await stage(join(root, 'new', 'a'), ['1'])
      writeFileSync(join(root, 'new', 'other'), '')
      throw new RangeError('stop')
    })
    await expect(writing).rejects.toThrow(RangeError)
    expect(readdirSync(join(root, 'new'))).toEqual(['other'])
  })

  it('says which file could not be written, and why', async () => {
    const name = 'x'.repeat(300)
    const error = await failure(writeFile(join(root, name), ['x'], [root]))
    expect(error.message).toContain(onWindows ? 'ENOENT' : 'ENAMETOOLONG')
    expect(error.kind).toBe('precondition')
  })
})

describe('what another process has in the directory', () => {
  const here = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
  const elsewhere = here.replaceAll(/./g, (digit) => (digit === '0' ? '1' : '0'))
  const gone = spawnSync(process.execPath, ['-e', '0']).pid
  const longAgo = new Date(Date.now() - 11 * 60_000)

  const cases: { whose: string; mark: string; time?: Date; isAlive: boolean }[] = [
    { whose: 'a process that runs', mark: `${process.ppid}.${here}`, isAlive: true },
    { whose: 'a process that is gone', mark: `${gone}.${here}`, isAlive: false },
    { whose: 'an earlier process of the same id', mark: `${process.pid}.${here}`, isAlive: false },
    { whose: 'a process on another host', mark: `${gone}.${elsewhere}`, isAlive: true },
    { whose: 'one long ago, there', mark: `${gone}.${elsewhere}`, time: longAgo, isAlive: false },
    {
      whose: 'one long ago, whose id another has',
      mark: `${process.ppid}.${here}`,
      time: longAgo,
      isAlive: false,
    },
  ]
  const put = (name: string, time?: Date): void => {
    writeFileSync(join(root, name), '')
    if (time !== undefined) utimesSync(join(root, name), time, time)
  }

  it.each(cases)('a lock of $whose is respected: $isAlive', async ({ mark, time, isAlive }) => {
    const lock = `.${mark}.00000000.lock`
    writeFileSync(join(root, 'a'), 'old')
    put(lock, time)
    const writing = writeFile(join(root, 'a'), ['new'], [root])
    if (isAlive) {
      const { kind, message } = await failure(writing)
      expect(kind).toBe('precondition')
      expect(message).toContain(`Another run is writing to ${root}, so this one wrote nothing`)
      expect(message).toContain(`remove ${join(root, lock)}`)
    } else await writing
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe(isAlive ? 'old' : 'new')
    expect(readdirSync(root)).toEqual(isAlive ? [lock, 'a'] : ['a'])
  })

  it.each(cases)('staged files of $whose are kept: $isAlive', ({ mark, time, isAlive }) => {
    put('a')
    for (const end of ['new', 'old']) put(`.a.${mark}.00000000.${end}`, time)
    put(`.b.${mark}.00000000.new`, time)
    removeLeftovers(root, ['a'])
    expect(readdirSync(root).length).toBe(isAlive ? 4 : 2)
  })

  it('keeps what this process stages', async () => {
    await writeFiles([root], async (stage) => {
      await stage(join(root, 'a'), ['1'])
      removeLeftovers(root, ['a'])
    })
    expect(readdirSync(root)).toEqual(['a'])
  })

  it('waits for one that is about to end', async () => {
    const lock = `.${process.ppid}.${here}.00000000.lock`
    put(lock)
    const writing = writeFiles([root], (stage) => {
      // After the first look at the locks.
      setTimeout(() => rmSync(join(root, lock)), 60)
      return stage(join(root, 'a'), ['1'])
    })
    await writing
    expect(readdirSync(root)).toEqual(['a'])
  })

  it('writes nothing more once it was discarded while it waits', async () => {
    const lock = `.${process.ppid}.${here}.00000000.lock`
    put(lock)
    const writing = writeFiles([root], async (stage) => {
      await stage(join(root, 'a'), ['1'])
      setTimeout(discardUnfinishedFiles, 10)
    })
    await expect(writing).rejects.toThrow('the files were discarded')
    expect(readdirSync(root)).toEqual([lock])
  })
})

describe('discardUnfinishedFiles', () => {
  it('removes at once what is being written, and lets it fail', async () => {
    writeFileSync(join(root, 'kept'), 'old')
    const writing = writeFiles([root], async (stage) => {
      await stage(join(root, 'kept'), ['new'])
      await stage(join(root, 'new', 'a'), ['1'])
      expect(readdirSync(root).length).toBe(3)
      discardUnfinishedFiles()
      expect(readdirSync(root)).toEqual(['kept'])
    })
    await expect(writing).rejects.toThrow('the files were discarded')
    expect(readdirSync(root)).toEqual(['kept'])
    expect(readFileSync(join(root, 'kept'), 'utf8')).toBe('old')
  })

  it('leaves nothing behind of a file that is only being opened', async () => {
    const writing = writeFile(join(root, 'new', 'a'), ['1'], [root])
    expect(readdirSync(root)).toEqual(['new'])
    discardUnfinishedFiles()
    await expect(writing).rejects.toThrow()
    expect(readdirSync(root)).toEqual([])
  })

  it('lets nothing be staged afterwards', async () => {
    const writing = writeFiles([root], async (stage) => {
      discardUnfinishedFiles()
      await stage(join(root, 'a'), ['1'])
    })
    await expect(writing).rejects.toThrow('the files were discarded')
    expect(readdirSync(root)).toEqual([])
  })
})

describe('isLeftover', () => {
  it.each([
    ['.users.json.12.0123abcd.4567cdef.new', true],
    ['.users.json.12.0123abcd.4567cdef.old', true],
    ['.users.json.12.0123abcd.4567cdef.lock', false],
    ['.users.json.12.0123abcd.4567cdef', false],
    ['.groups.json.12.0123abcd.4567cdef.new', false],
    ['.users.json.x.12.0123abcd.4567cdef.new', false],
    ['users.json', false],
    ['.users.json.backup.old', false],
  ])('says of %s beside users.json: %s', (entry, expected) => {
    expect(isLeftover(entry, 'users.json')).toBe(expected)
  })
})

function writeFile(path: string, content: Iterable<string>, roots: string[]): Promise<StagedFile> {
  return writeFiles(roots, (stage) => stage(path, content))
}

function modeOf(path: string): number {
  return statSync(join(root, path)).mode & 0o777
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('it was accepted')
}
