import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
// eslint-disable-next-line no-restricted-imports -- whose the temporary files are is no setting of a run
import { kill, pid as ownPid } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { messageOf, UserError } from './errors.ts'

export interface StagedFile {
  /** 64 lower-case hex digits. */
  sha256: string
  bytes: number
  /** Where it is until it gets to its place. */
  temporary: string
}

/**
 * Writes a file, in pieces of any size, beside its final place; it gets there when all files of the same writeFiles are
 * complete.
 */
export type StageFile = (path: string, content: Iterable<string>) => Promise<StagedFile>

/**
 * Writes several files, all or none: each is staged as a temporary file beside its place (mode 0600), and when `work`
 * has returned, all are renamed in the order in which they were staged, without giving way to the event loop, and while
 * no other process does so in the same directory (see commit). On an error every file and directory is as it
 * was, or the error says what is there instead. Directories are created (0700) as needed.
 *
 * Refuses a path outside of the roots, a symbolic link anywhere below a root, and anything but a regular file in the
 * place of a file.
 *
 * @param roots absolute paths of the directories below which files may be written
 * @throws UserError: 'parameters' for a path that is not allowed, 'precondition' for what is in the way
 */
export async function writeFiles<T>(
  roots: readonly string[],
  work: (stage: StageFile) => Promise<T>,
): Promise<T> {
  const mark = `${ownPid}.${HOST}.${randomBytes(4).toString('hex')}`
  const writing: Writing = { mark, roots, files: [], directories: [], discarded: false }
  unfinished.add(writing)
  try {
    const result = await work((path, content) => stageFile(writing, path, content))
    await putInPlace(writing)
    return result
  } catch (error) {
    discard(writing)
    if (!isSystemError(error)) throw error
    throw new UserError(
      'precondition',
      `${couldNotWrite(error)} Nothing was changed. Free disk space or grant access, then run again.`,
      { cause: error },
    )
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
  const path = allowedPath(directory, roots)
  if (path.some((step) => verifyEntry(step, 'a directory') === 'nothing')) return
  for (const name of names) verifyEntry(join(path.at(-1) ?? directory, name), 'a regular file')
}

/**
 * Refuses a path that leads through a symbolic link below one of the roots: a pull request could have committed it, and
 * so choose what is read. A path outside of all roots is read as it is given.
 *
 * @param path absolute
 */
export function refuseLinks(path: string, roots: readonly string[]): void {
  for (const step of pathFromRoot(path, roots) ?? []) {
    if (lstatSync(step, { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue
    throw new UserError('precondition', `${step} is a symbolic link. Use the path of the directory itself.`)
  }
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
  const mark = MARK.exec(entry)
  return (
    mark !== null && mark[4] !== 'lock' && mark.index === name.length + 1 && entry.startsWith(`.${name}.`)
  )
}

/** The temporary files beside these, of writes that were killed and of those under way. */
export function leftoversIn(directory: string, names: readonly string[]): string[] {
  try {
    return readdirSync(directory).filter((entry) => names.some((name) => isLeftover(entry, name)))
  } catch {
    // No directory, or none that can be read: whoever reads the files says so.
    return []
  }
}

/**
 * Removes what runs that were killed have left beside these files; what a run stages at this moment stays. The files
 * themselves stand by now, so what cannot be removed is no failure.
 */
export function removeLeftovers(directory: string, names: readonly string[]): void {
  for (const entry of leftoversIn(directory, names)) {
    const path = join(directory, entry)
    if (isAbandoned(path)) removeQuietly(path)
  }
}

/**
 * The path without the names that lead to the directory, which is '' for the directory itself; undefined for one that is
 * not inside it.
 */
export function pathInside(directory: string, path: string): string | undefined {
  const inside = relative(directory, path)
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : inside
}

/** The code (ENOENT, EACCES, …) of an error of the file system; undefined for any other. */
export function systemErrorCode(error: unknown): string | undefined {
  return isSystemError(error) ? error.code : undefined
}

/** Not by `instanceof`: errors of Node's own modules are of another realm where a test runner has realms. */
function isSystemError(error: unknown): error is SystemError {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error
}

type SystemError = NodeJS.ErrnoException & { code: string }

function couldNotWrite({ path = 'a file', code }: SystemError): string {
  return `Could not write ${path} (${code}).`
}

interface Writing {
  /** In the names of its temporary files: process, host, and a random number. */
  mark: string
  roots: readonly string[]
  files: { path: string; temporary: string; previous: string }[]
  /** Created on the way, outermost first. */
  directories: string[]
  discarded: boolean
}

const unfinished = new Set<Writing>()

const MARK = /\.([1-9]\d{0,9})\.([0-9a-f]{8})\.([0-9a-f]{8})\.(new|old|lock)$/
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
/** Of a process on another host, or whose id another process has by now, nothing else can be told. */
const ABANDONED_AFTER_MS = 10 * 60_000

/** Whether the process that made a temporary file is gone. */
function isAbandoned(path: string): boolean {
  const [, pid = '', host = '', random = ''] = MARK.exec(path) ?? []
  if (host === HOST) {
    if (Number(pid) === ownPid) return ![...unfinished].some(({ mark }) => mark.endsWith(`.${random}`))
    if (!isRunning(Number(pid))) return true
  }
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found === undefined || Date.now() - found.mtimeMs > ABANDONED_AFTER_MS
}

function isRunning(pid: number): boolean {
  try {
    return kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, as another user.
    return systemErrorCode(error) !== 'ESRCH'
  }
}

async function stageFile(writing: Writing, given: string, content: Iterable<string>): Promise<StagedFile> {
  if (writing.discarded) throw new Error('the files were discarded')
  const path = resolve(given)
  prepareDirectory(writing, dirname(path))
  verifyEntry(path, 'a regular file')

  const unique = join(dirname(path), `.${basename(path)}.${writing.mark}`)
  const file = { path, temporary: `${unique}.new`, previous: `${unique}.old` }
  writing.files.push(file)
  // Created synchronously: an open under way would bring the file back that discardUnfinishedFiles has just removed.
  closeSync(openSync(file.temporary, 'wx', 0o600))
  const handle = await open(file.temporary, constants.O_WRONLY | constants.O_NOFOLLOW)
  try {
    const hash = createHash('sha256')
    let bytes = 0
    for (const block of blocksOf(content)) {
      hash.update(block)
      bytes += block.byteLength
      await handle.writeFile(block)
    }
    return { sha256: hash.digest('hex'), bytes, temporary: file.temporary }
  } finally {
    await handle.close()
  }
}

const BLOCK_BYTES = 256 * 1024

/** Pieces of text as UTF-8. A block is valid until the next is asked for. */
function* blocksOf(pieces: Iterable<string>): Generator<Uint8Array> {
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  let length = 0
  for (const piece of pieces) {
    // A UTF-16 code unit takes three bytes at most.
    const most = 3 * piece.length
    if (length > 0 && length + most > BLOCK_BYTES) {
      yield block.subarray(0, length)
      length = 0
    }
    if (most > BLOCK_BYTES) yield Buffer.from(piece)
    else length += block.write(piece, length)
  }
  if (length > 0) yield block.subarray(0, length)
}

async function putInPlace(writing: Writing): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    if (writing.discarded) throw new Error('the files were discarded')
    const other = commit(writing)
    if (other === undefined) return
    if (tries === COMMIT_TRIES) {
      throw new UserError(
        'precondition',
        `Another run is writing to ${dirname(other)}, so this one wrote nothing. ` +
          `Run them one after the other. If no other run is active, remove ${other}.`,
      )
    }
    // At random, so that two that met do not meet again.
    await setTimeout(25 + 50 * Math.random())
  }
}

const COMMIT_TRIES = 20

/**
 * Renames what was staged, and gives the lock of another process where one is at it. First each puts a lock of its own
 * into the directories, then it looks for others: of two, one at least sees the other. No lock is ever taken over, so none
 * can be lost; that of a process which is gone does not count.
 *
 * Synchronous, so that no handler of a signal ever sees half of it; only SIGKILL can stop it between two files.
 */
function commit({ mark, files }: Writing): string | undefined {
  const locks = [...new Set(files.map(({ path }) => dirname(path)))].map((path) =>
    join(path, `.${mark}.lock`),
  )
  try {
    for (const lock of locks) closeSync(openSync(lock, 'wx', 0o600))
    for (const other of locks.flatMap(othersAt)) {
      if (!isAbandoned(other)) return other
      removeQuietly(other)
    }
    renameAll(files)
    for (const { previous } of files) removeQuietly(previous)
    return undefined
  } finally {
    locks.forEach(removeQuietly)
  }
}

function othersAt(lock: string): string[] {
  const directory = dirname(lock)
  const others = readdirSync(directory).filter((entry) => entry !== basename(lock))
  return others.filter((entry) => MARK.exec(entry)?.[4] === 'lock').map((entry) => join(directory, entry))
}

function renameAll(files: Writing['files']): void {
  const undo: { step: () => void; otherwise: string }[] = []
  try {
    for (const { path, temporary, previous } of files) {
      const isReplaced = verifyEntry(path, 'a regular file') === 'there'
      if (isReplaced) {
        renameSync(path, previous)
        const step = (): void => renameSync(previous, path)
        undo.push({ step, otherwise: `the earlier ${path} is now ${basename(previous)}` })
      }
      renameSync(temporary, path)
      if (!isReplaced) undo.push({ step: () => rmSync(path), otherwise: `${path} is the new one` })
    }
  } catch (error) {
    const failed = undo.reverse().filter(({ step }) => !succeeds(step))
    if (failed.length === 0) throw error
    // Their temporary files stay, by which readers see that the files do not belong together.
    files.length = 0
    const what = isSystemError(error) ? couldNotWrite(error) : messageOf(error)
    throw new UserError(
      'precondition',
      `${what} Files already replaced could not be restored: ${failed.map(({ otherwise }) => otherwise).join(', ')}. ` +
        'These files do not match. Write them again, or restore the earlier ones yourself.',
      { cause: error },
    )
  }
}

function discard(writing: Writing): void {
  writing.discarded = true
  for (const { temporary } of writing.files) removeQuietly(temporary)
  // One into which somebody else has put a file meanwhile stays.
  for (const directory of writing.directories.splice(0).reverse()) succeeds(() => rmdirSync(directory))
}

/** What stays is removed by the next good write of a snapshot. */
function removeQuietly(path: string): void {
  succeeds(() => rmSync(path, { force: true }))
}

/** For cleaning up: what it cannot do must not hide what really happened. */
function succeeds(step: () => void): boolean {
  try {
    step()
    return true
  } catch {
    return false
  }
}

/** Creates what is missing between the root and the directory, and refuses links on the way. */
function prepareDirectory({ roots, directories }: Writing, directory: string): void {
  const path = allowedPath(directory, roots)
  for (const step of path) {
    if (verifyEntry(step, 'a directory') === 'there') continue
    // Another run may have been faster: no error then, but not ours either.
    if (mkdirSync(step, { mode: 0o700, recursive: true }) !== undefined) directories.push(step)
  }
  // A link that took the place of a directory since it was looked at.
  if (realpathSync(directory) !== path.at(-1)) {
    throw new UserError(
      'precondition',
      `${directory} leads through a symbolic link. Choose another directory.`,
    )
  }
}

/**
 * From the innermost root that holds the directory, by its own name or by its real path, down to the directory: the real
 * path of the root, then a path for each name below it.
 */
function pathFromRoot(directory: string, roots: readonly string[]): string[] | undefined {
  const candidates = roots.flatMap((root) => {
    if (!isAbsolute(root) || lstatSync(root, { throwIfNoEntry: false }) === undefined) return []
    const real = realpathSync(root)
    return [resolve(root), real].flatMap((name) => {
      const inside = pathInside(name, directory)
      if (inside === undefined) return []
      const names = inside === '' ? [] : inside.split(sep)
      return [[real, ...names.map((_, index) => join(real, ...names.slice(0, index + 1)))]]
    })
  })
  return candidates.sort((a, b) => a.length - b.length)[0]
}

function allowedPath(directory: string, roots: readonly string[]): string[] {
  const path = pathFromRoot(directory, roots)
  if (path !== undefined) return path
  throw new UserError(
    'parameters',
    `${directory} is outside the directories where files may be written (${roots.join(', ')}). ` +
      'Choose a path inside one of them.',
  )
}

/** Refuses what is there if it is anything else. */
function verifyEntry(path: string, what: 'a directory' | 'a regular file'): 'there' | 'nothing' {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'nothing'
  if (what === 'a directory' ? found.isDirectory() : found.isFile()) return 'there'
  const is = found.isSymbolicLink() ? 'a symbolic link' : `not ${what}`
  throw new UserError('precondition', `${path} is ${is}. Remove it, or choose another path.`)
}
