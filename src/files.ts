import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { UserError } from './errors.ts'

/** The size of a file and its SHA-256 (64 lower-case hex digits). */
export interface WrittenFile {
  sha256: string
  bytes: number
}

export interface WriteOptions {
  /** Absolute paths of the directories below which files may be written. */
  roots: readonly string[]
  signal?: AbortSignal | undefined
}

export type Content = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** Writes a file beside its final place; it gets there when all files of the same writeFiles are complete. */
export type StageFile = (path: string, content: Content) => Promise<WrittenFile>

/**
 * Writes several files, all or none: each is staged as a temporary file beside its place (mode 0600), and when `work`
 * has returned, all are renamed in the order in which they were staged, without giving way to the event loop. On an
 * error or an abort every file and directory is as it was. Directories are created (0700) as needed.
 *
 * Refuses a path outside of the roots, a symbolic link anywhere below a root, and anything but a regular file in the
 * place of a file.
 *
 * @throws UserError: 'parameters' for a path that is not allowed, 'precondition' for what is in the way
 */
export async function writeFiles<T>(
  options: WriteOptions,
  work: (stage: StageFile) => Promise<T>,
): Promise<T> {
  const writing: Writing = { files: [], directories: [], abandoned: false }
  unfinished.add(writing)
  try {
    options.signal?.throwIfAborted()
    const result = await work((path, content) => stageFile(writing, options, path, content))
    options.signal?.throwIfAborted()
    if (writing.abandoned) throw new Error('the files were discarded')
    putInPlace(writing)
    return result
  } catch (error) {
    discard(writing)
    const code = systemErrorCode(error)
    throw code === undefined ? error : explain(Object(error) as object, code)
  } finally {
    unfinished.delete(writing)
  }
}

/**
 * Finds out early whether writeFiles will take these files of one directory: nothing is created.
 *
 * @throws UserError as writeFiles does
 */
export function verifyPlace(directory: string, names: readonly string[], roots: readonly string[]): void {
  const root = rootOf(directory, roots)
  let path = root.real
  for (const name of root.below) {
    path = join(path, name)
    if (refuseUnlessDirectory(path) === 'nothing') return
  }
  for (const name of names) refuseUnlessFile(join(path, name))
}

/**
 * Removes the temporary files and new directories of everything that is being written, at once: for the handler of a
 * signal that ends the process. What was being written then fails.
 */
export function discardUnfinishedFiles(): void {
  for (const writing of unfinished) discard(writing)
}

/** Whether a name is one that writeFiles uses beside `name`: what a killed run may leave behind. */
export function isLeftover(entry: string, name: string): boolean {
  return entry.startsWith(`.${name}.`) && /^[0-9a-f]{16}\.(new|old)$/.test(entry.slice(name.length + 2))
}

/** The code (ENOENT, EACCES, …) of an error of the file system; undefined for any other. */
export function systemErrorCode(error: unknown): string | undefined {
  const isSystemError = typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error
  return isSystemError && typeof error.code === 'string' ? error.code : undefined
}

interface Writing {
  files: { path: string; temporary: string; previous: string }[]
  /** Created on the way, outermost first. */
  directories: string[]
  abandoned: boolean
}

const unfinished = new Set<Writing>()

async function stageFile(
  writing: Writing,
  { roots, signal }: WriteOptions,
  path: string,
  content: Content,
): Promise<WrittenFile> {
  if (writing.abandoned) throw new Error('the files were discarded')
  const place = resolve(path)
  prepareDirectory(writing, dirname(place), roots)
  refuseUnlessFile(place)

  const unique = join(dirname(place), `.${basename(place)}.${randomBytes(8).toString('hex')}`)
  const file = { path: place, temporary: `${unique}.new`, previous: `${unique}.old` }
  writing.files.push(file)
  // Created synchronously: an open under way would bring the file back that discardUnfinishedFiles has just removed.
  closeSync(openSync(file.temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600))
  const handle = await open(file.temporary, constants.O_WRONLY | constants.O_NOFOLLOW)
  try {
    const hash = createHash('sha256')
    let bytes = 0
    for await (const piece of content) {
      signal?.throwIfAborted()
      const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece
      hash.update(buffer)
      bytes += buffer.byteLength
      await handle.writeFile(buffer)
    }
    return { sha256: hash.digest('hex'), bytes }
  } finally {
    await handle.close()
  }
}

/** Synchronous, so that no handler of a signal ever sees half of it; only SIGKILL can stop it between two files. */
function putInPlace({ files }: Writing): void {
  const undo: (() => void)[] = []
  try {
    for (const { path, temporary, previous } of files) {
      if (refuseUnlessFile(path) === 'file') {
        renameSync(path, previous)
        undo.push(() => renameSync(previous, path))
      }
      renameSync(temporary, path)
      undo.push(() => rmSync(path))
    }
  } catch (error) {
    for (const step of undo.reverse()) step()
    throw error
  }
  for (const { previous } of files) removeQuietly(previous)
}

function discard(writing: Writing): void {
  writing.abandoned = true
  for (const { temporary } of writing.files) removeQuietly(temporary)
  for (const directory of writing.directories.reverse()) {
    try {
      rmdirSync(directory)
    } catch {
      // Somebody else has put a file into it meanwhile.
    }
  }
  writing.directories = []
}

/** A file that cannot be removed must not hide what really happened. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // It stays, and the next good write of a snapshot removes it.
  }
}

/** Creates what is missing between the root and the directory, and refuses links on the way. */
function prepareDirectory(writing: Writing, directory: string, roots: readonly string[]): void {
  const root = rootOf(directory, roots)
  let path = root.real
  for (const name of root.below) {
    path = join(path, name)
    if (refuseUnlessDirectory(path) === 'directory') continue
    mkdirSync(path, { mode: 0o700 })
    writing.directories.push(path)
  }
  // A link that took the place of a directory since it was looked at.
  if (realpathSync(directory) !== path) {
    throw new UserError('precondition', `${directory} leads through a symbolic link. Write elsewhere.`)
  }
}

/** The innermost root that holds the directory, by its own name or by its real path, and the names below it. */
function rootOf(directory: string, roots: readonly string[]): { real: string; below: string[] } {
  const candidates = roots.flatMap((root) => {
    if (!isAbsolute(root) || lstatSync(root, { throwIfNoEntry: false }) === undefined) return []
    const real = realpathSync(root)
    return [resolve(root), real].flatMap((name) => {
      const below = relative(name, directory)
      if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) return []
      return [{ real, below: below === '' ? [] : below.split(sep) }]
    })
  })
  const [innermost] = candidates.sort((a, b) => a.below.length - b.below.length)
  if (innermost !== undefined) return innermost
  throw new UserError(
    'parameters',
    `${directory} is outside of the directories in which files may be written (${roots.join(', ')}). ` +
      'Give a path inside one of them.',
  )
}

function refuseUnlessDirectory(path: string): 'directory' | 'nothing' {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'nothing'
  if (found.isDirectory()) return 'directory'
  const what = found.isSymbolicLink() ? 'a symbolic link' : 'not a directory'
  throw new UserError('precondition', `${path} is ${what}. Remove it, or write elsewhere.`)
}

function refuseUnlessFile(path: string): 'file' | 'nothing' {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'nothing'
  if (found.isFile()) return 'file'
  const what = found.isSymbolicLink() ? 'a symbolic link' : 'not a regular file'
  throw new UserError('precondition', `${path} is ${what}. Remove it, or write elsewhere.`)
}

function explain(error: object, code: string): UserError {
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'a file'
  return new UserError(
    'precondition',
    `Could not write ${path} (${code}). Nothing was changed. Make room or give access, and run again.`,
    { cause: error },
  )
}
