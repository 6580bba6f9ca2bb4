import { Readable } from 'node:stream'
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../errors.ts'
import { isLeftover, systemErrorCode } from '../files.ts'
import type { Access } from './access.ts'
import { compareText, isObject, NOT_CANONICAL, parseObject } from './canonical.ts'
import { parseManifest } from './manifest.ts'
import { collectMembers, idsOf, NOBODY, type MemberCollector } from './memberships.ts'
import { SNAPSHOT_FILES, TAG_SOURCE } from './model.ts'
import type {
  FileDigest,
  Group,
  Identities,
  Manifest,
  Snapshot,
  SnapshotFileName,
  Tag,
  User,
} from './model.ts'
import { createNeed } from './need.ts'
import type { Need } from './need.ts'
import { FRAME, renderGroup, renderUser, userRenderer } from './raito-json.ts'
import { verifyMappedGroup, verifyMappedUser } from './rules.ts'
import type { Refuse } from './rules.ts'
import { TAG_NAMES } from './tags.ts'

/** Where the files of a snapshot come from: a directory, a commit, an artifact. */
export interface SnapshotFiles {
  /** Names the snapshot in errors: "users.json of <label>". */
  readonly label: string
  /** The bytes of a file, or undefined where there is none of that name. A piece is valid until the next is asked for. */
  open(name: SnapshotFileName): Promise<AsyncIterable<Uint8Array> | undefined>
}

/** A file of at most so many bytes is read; a directory of 100,000 users and a million memberships needs 72 MB. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024
/**
 * A record may have so many bytes besides its groupExternalIds: the widest user that Identity Center allows, with every
 * character escaped and every tag, needs less.
 */
export const MAX_RECORD_BYTES = 256 * 1024
/** A record may have so many bytes in all: a user in 120,000 groups; Identity Center holds at most 100,000. */
export const MAX_LINE_BYTES = 6 * 1024 * 1024
/** A line of access.json may have so many bytes: the widest permission set that AWS allows, escaped, fits. */
export const MAX_ACCESS_LINE_BYTES = 256 * 1024
const MAX_MANIFEST_BYTES = 1024 * 1024

/**
 * The files of a directory. Refuses a directory or file that is a symbolic link, and whatever else is no regular file;
 * and the two files without a manifest beside what is left of a write that was killed (see writeSnapshot).
 */
export function directoryFiles(path: string): SnapshotFiles {
  const directory = resolve(path)
  return {
    label: path,
    async open(name) {
      if (!(await isDirectory(directory, path))) return undefined
      const file = join(directory, name)
      const found = await lstatOrUndefined(file)
      if (found === undefined) {
        if (name === 'manifest.json') await refuseInterruptedWrite(directory, path)
        return undefined
      }
      if (!found.isFile()) throw refused(`${name} of ${path} is not a regular file`)
      if (found.size > MAX_FILE_BYTES) throw tooLarge(`${name} of ${path}`)
      return readRegularFile(file, `${name} of ${path}`)
    },
  }
}

/** Files that are in memory already, as from a commit or an artifact. */
export function bytesFiles(label: string, files: ReadonlyMap<string, Uint8Array>): SnapshotFiles {
  return {
    label,
    open(name) {
      const bytes = files.get(name)
      return Promise.resolve(bytes === undefined ? undefined : Readable.from([bytes]))
    },
  }
}

/**
 * Reads a snapshot that may be hostile and verifies it: with a manifest, by its digests, sizes and counts, and by the
 * order of records and of group ids, which writeSnapshot keeps. Without one (where `manifest` is 'optional'), the files
 * are those of the reference connector: in the order of the API, and sorted here. Every line must be exactly what
 * renderUser or renderGroup writes for it: that refuses unknown, repeated and missing keys. With a manifest, every record
 * must be one that the mapping gives (see rules.ts). What it may need in memory is bounded (see need.ts).
 *
 * @returns undefined only where none of the three files is there
 * @throws UserError('precondition') that names the file and the record by its number from 1, never a value of it
 */
export async function readSnapshot(
  files: SnapshotFiles,
  options: {
    manifest: 'required' | 'optional'
    /** Verifies only, in the memory of a line: these are the identities, and the snapshot that is given has no records. */
    dropsRecords?: Identities
    /** Records that are the same there are taken from there, so that two snapshots need little more than one. */
    like?: Identities | undefined
  },
): Promise<Snapshot | undefined> {
  const { label } = files
  const dropsRecords = options.dropsRecords !== undefined
  const like = options.like ?? options.dropsRecords ?? NOBODY
  const manifest = await readManifest(files)
  if (manifest === undefined && options.manifest === 'required') {
    const others = await Promise.all([files.open('groups.json'), files.open('users.json')])
    if (others.every((bytes) => bytes === undefined)) return undefined
    throw refused(`manifest.json of ${label} is missing`)
  }

  const need = createNeed(label)
  if (manifest !== undefined) need.verifyCounts(manifest.counts)
  const groupBytes = await files.open('groups.json')
  if (groupBytes === undefined && manifest === undefined) {
    if ((await files.open('users.json')) === undefined) return undefined
  }
  if (groupBytes === undefined) throw refused(`groups.json of ${label} is missing`)
  const groups: Group[] = []
  const members = collectMembers(dropsRecords ? undefined : manifest?.counts)
  const groupCount = await readRecords<Group>(groupBytes, 'groups.json', label, manifest, {
    like: like.groups,
    lineOf: renderGroup,
    groupIdsOf: () => NONE,
    parse: parseGroup,
    maxLineBytes: MAX_RECORD_BYTES,
    need,
    accept({ record }, refuse) {
      if (manifest !== undefined) verifyMappedGroup(record, refuse)
      members.numberOf(record.externalId)
      if (!dropsRecords) groups.push(record)
    },
  })
  if (manifest === undefined) groups.sort((a, b) => compareText(a.externalId, b.externalId))

  const userBytes = await files.open('users.json')
  if (userBytes === undefined) throw refused(`users.json of ${label} is missing`)
  const twinNumbers = like.memberships.groupIds.map((id) => members.find(id))
  let memberships = 0
  const userCount = await readRecords<User>(userBytes, 'users.json', label, manifest, {
    like: like.users,
    lineOf: userRenderer(like.memberships),
    groupIdsOf: (user) => idsOf(like.memberships, like.memberships.groupsOf(user)),
    parse: parseUser,
    maxLineBytes: MAX_LINE_BYTES,
    need,
    accept({ record, groupIds, twin }, refuse) {
      if (manifest !== undefined) verifyMappedUser(record, manifest, refuse)
      const numbers =
        manifest === undefined
          ? numbersOfAny(groupIds, members, need)
          : twin === undefined
            ? numbersOf(groupIds, members, refuse)
            : numbersOfTwin(like.memberships.groupsOf(twin), twinNumbers, refuse)
      memberships += numbers.length
      if (!dropsRecords) members.add(record, numbers)
    },
  })

  if (manifest !== undefined) {
    const counts = { users: userCount, groups: groupCount, memberships }
    for (const key of ['users', 'groups', 'memberships'] as const) {
      if (counts[key] !== manifest.counts[key]) {
        throw refused(
          `manifest.json of ${label} counts ${manifest.counts[key]} ${key}, but its files contain ${counts[key]}`,
        )
      }
    }
  }
  const identities = { groups, ...members.end() }
  const access = await readAccessFile(files, manifest, options.dropsRecords ?? identities)
  return { manifest, ...identities, ...(access === undefined ? {} : { access }) }
}

async function readAccessFile(
  files: SnapshotFiles,
  manifest: Manifest | undefined,
  identities: Identities,
): Promise<Access | undefined> {
  const expected = manifest?.files['access.json']
  if (manifest === undefined || expected === undefined) return undefined
  const label = `access.json of ${files.label}`
  const bytes = await files.open('access.json')
  if (bytes === undefined) throw refused(`${label} is missing`)

  const { readAccess } = await import('./access-file.ts')
  const { accounts = 0, permissionSets = 0, assignments = 0 } = manifest.counts
  const most = { accounts, permissionSets, assignments }
  const reader = readAccess(identities, most, (where, what) => {
    throw refused(`${label}, ${where}: ${what}`)
  })
  const lines = lineReader({
    maxBytes: MAX_ACCESS_LINE_BYTES,
    tooLong: () =>
      refused(`${label}, ${reader.where()}: it is longer than ${MAX_ACCESS_LINE_BYTES / 1024} KiB`),
    onLine(line, isLast) {
      refuseOtherLineEnd(line, label)
      if (line.toString('latin1').startsWith(BYTE_ORDER_MARK)) throw withByteOrderMark(label)
      if (isLast && line.byteLength > 0 && line.toString('latin1') === '}') {
        throw new UserError(
          'precondition',
          `${label} lacks the final newline that it was written with: ${KEEP_BYTES}`,
        )
      }
      reader.line(decode(line, `${label}, ${reader.where()}`))
    },
  })
  await readVerified(bytes, label, lines, expected)
  const access = reader.end()
  for (const key of ['accounts', 'permissionSets', 'assignments'] as const) {
    if (access[key].length === most[key]) continue
    throw refused(
      `manifest.json of ${files.label} counts ${most[key]} ${key}, but access.json contains ${access[key].length}`,
    )
  }
  return access
}

/**
 * Reads a snapshot to compare another one with: one without a manifest, as the reference connector writes it, will do.
 *
 * @param like the other one, for which see readSnapshot
 * @param advice what to do where the snapshot is of another identity store
 * @returns undefined only where none of the three files is there
 * @throws UserError('precondition') also for a snapshot of another identity store
 */
export async function readBaseline(
  files: SnapshotFiles,
  identityStoreId: string,
  like: Identities,
  advice: string,
): Promise<Snapshot | undefined> {
  const snapshot = await readSnapshot(files, { manifest: 'optional', like })
  const store = snapshot?.manifest?.identityStoreId ?? identityStoreId
  if (store === identityStoreId) return snapshot
  throw new UserError(
    'precondition',
    `The baseline (${files.label}) is of identity store ${store}, but the source is of ${identityStoreId}. ${advice}`,
  )
}

/**
 * Refuses a snapshot as a source that is not of the account, or that names no user: Raito deletes whatever a file no
 * longer names.
 * @param accountId the setting `aws-account-id`: the account that the snapshot was asked for, or the instance's owner
 * @throws UserError('precondition')
 */
export function verifySnapshotBelongs(snapshot: Snapshot, accountId: string): void {
  const { manifest, users } = snapshot
  if (manifest === undefined) throw refused('A snapshot without manifest.json cannot be a source')
  const { account, ownerAccount } = manifest
  if (account !== accountId && ownerAccount !== accountId) {
    const owner =
      ownerAccount === null || ownerAccount === account ? '' : ` (instance owned by ${ownerAccount})`
    throw new UserError(
      'precondition',
      `The snapshot is of account ${account}${owner}, not ${accountId}. Correct aws-account-id, or choose another source.`,
    )
  }
  if (users.length === 0) {
    throw new UserError(
      'precondition',
      'The snapshot contains no users, so Raito would delete every identity. Write the snapshot again.',
    )
  }
}

const RESTORE = 'Restore the snapshot, or write it again.'
const KEEP_BYTES =
  'git or a formatter changed the file. Restore it, then keep both from changing it again: add ' +
  '`identity-store/** -text` (with the directory of the snapshot) to .gitattributes, and the directory to the ' +
  "formatter's ignore file, such as .prettierignore."

function refused(what: string): UserError {
  return new UserError('precondition', `${what}. ${RESTORE}`)
}

function tooLarge(file: string): UserError {
  return refused(`${file} is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`)
}

async function readManifest(files: SnapshotFiles): Promise<Manifest | undefined> {
  const bytes = await files.open('manifest.json')
  if (bytes === undefined) return undefined
  const label = `manifest.json of ${files.label}`
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of bytes) {
    size += piece.byteLength
    if (size > MAX_MANIFEST_BYTES)
      throw refused(`${label} is larger than ${MAX_MANIFEST_BYTES / 1024 / 1024} MiB`)
    pieces.push(Buffer.from(piece))
  }
  return parseManifest(decode(Buffer.concat(pieces), label), label)
}

/** A record, and the groups of a user beside it. */
interface Entry<R> {
  record: R
  groupIds: readonly string[]
  /** Its number among the records that may be the same. */
  twin?: number
}

interface RecordFormat<R> {
  /** Records that may be the same, sorted; what they are written as, and the groups of users, by their numbers. */
  like: readonly R[]
  lineOf(record: R, number: number): string
  groupIdsOf(number: number): readonly string[]
  parse(line: string, refuse: Refuse): Entry<R>
  maxLineBytes: number
  need: Need
  /** Takes a record that is well formed. */
  accept(entry: Entry<R>, refuse: Refuse): void
}

/** Returns how many there are. */
async function readRecords<R extends { externalId: string }>(
  bytes: AsyncIterable<Uint8Array>,
  name: 'users.json' | 'groups.json',
  snapshotLabel: string,
  manifest: Manifest | undefined,
  format: RecordFormat<R>,
): Promise<number> {
  const label = `${name} of ${snapshotLabel}`
  const most = manifest?.counts[name === 'users.json' ? 'users' : 'groups'] ?? Infinity
  let count = 0
  let previousId: string | undefined
  const seen = new Set<string>()
  const findTwin = twinFinder(format)

  const lines = frameReader(label, format.maxLineBytes, (line, number) => {
    const refuse: Refuse = (what) => {
      throw refused(`${label}, record ${number}: ${what}`)
    }
    if (number > most) refuse(`manifest.json counts only ${most} records`)
    // Without a manifest nothing is in order.
    const twin = manifest === undefined ? undefined : findTwin(line)
    const entry = twin ?? format.parse(line, refuse)
    const { externalId } = entry.record
    if (line.length > MAX_RECORD_BYTES / 3) {
      const rest = Buffer.byteLength(line) - byteLength(entry.groupIds)
      if (rest > MAX_RECORD_BYTES) refuse(`it is longer than ${MAX_RECORD_BYTES / 1024} KiB`)
    }
    format.need.addRecord(line, entry.groupIds)
    if (manifest === undefined) {
      if (seen.has(externalId)) refuse('an earlier record has the same externalId')
      seen.add(externalId)
    } else if (previousId !== undefined && !(previousId < externalId)) {
      refuse('its externalId is out of order or a duplicate')
    }
    previousId = externalId
    count = number
    format.accept(entry, refuse)
  })

  await readVerified(bytes, label, lines, manifest?.files[name])
  return count
}

/** Hands a file on, and verifies that it is the one that the manifest describes, where there is one. */
async function readVerified(
  bytes: AsyncIterable<Uint8Array>,
  label: string,
  lines: { push(piece: Buffer): void; end(): void },
  expected: FileDigest | undefined,
): Promise<void> {
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of bytes) {
    size += piece.byteLength
    if (size > MAX_FILE_BYTES) throw tooLarge(label)
    hash.update(piece)
    lines.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength))
  }
  lines.end()
  if (expected === undefined) return
  if (size !== expected.bytes || hash.digest('hex') !== expected.sha256) {
    throw refused(`${label} is not the file that its manifest.json describes (size or SHA-256 differs)`)
  }
}

/** Finds the record that is written as a line is; the lines that are asked for are in order. */
function twinFinder<R extends { externalId: string }>(format: RecordFormat<R>) {
  const { like } = format
  let next = 0
  return (line: string): Entry<R> | undefined => {
    const id = plainId(line)
    let record = like[next]
    while (record !== undefined && record.externalId < id) record = like[++next]
    if (record?.externalId !== id || format.lineOf(record, next) !== line) return undefined
    return { record, groupIds: format.groupIdsOf(next), twin: next }
  }
}

/** The id at the beginning of a line, where it needs no escape; else text that no id is. */
function plainId(line: string): string {
  const start = '{"externalId":"'.length
  const id = line.slice(start, line.indexOf('"', start))
  return id.includes('\\') ? '' : id
}

const NONE: readonly string[] = []

/**
 * Cuts an import file into the lines of its records (see importFile) without ever holding more than a line.
 * What a line may stand for follows from FRAME: `[`, then an empty line and a record with a comma for all but the last, `]`.
 */
function frameReader(label: string, maxLineBytes: number, onRecord: (line: string, number: number) => void) {
  let expected: 'start' | 'blank or end' | 'blank' | 'record' | 'end' | 'nothing' = 'start'
  let number = 0

  function onLine(bytes: Buffer, isLast: boolean): void {
    refuseOtherLineEnd(bytes, label)
    if (expected === 'record') {
      number += 1
      const line = decode(bytes, `${label}, record ${number}`)
      const hasNext = line.endsWith(FRAME.between)
      onRecord(hasNext ? line.slice(0, -FRAME.between.length) : line, number)
      expected = hasNext ? 'blank' : 'end'
      return
    }
    const line = bytes.toString('latin1')
    if (expected === 'start' && line === FRAME.start) expected = 'blank or end'
    else if (expected.startsWith('blank') && line === '') expected = 'record'
    else if (expected.endsWith('end') && line === ']') expected = 'nothing'
    else if (expected === 'nothing' && isLast && line === '') {
      throw new UserError(
        'precondition',
        `${label} has a final newline that it was written without: ${KEEP_BYTES}`,
      )
    } else if (expected === 'start' && line.startsWith(BYTE_ORDER_MARK)) {
      throw withByteOrderMark(label)
    } else {
      const where = number === 0 ? 'before its first record' : `after record ${number}`
      throw refused(`${label} does not have the layout of an import file ${where}`)
    }
  }

  function tooLong(): UserError {
    const record = expected === 'record' ? number + 1 : Math.max(number, 1)
    return refused(`${label}, record ${record}: it is longer than ${maxLineBytes / 1024} KiB`)
  }

  const lines = lineReader({ maxBytes: maxLineBytes, tooLong, onLine })
  return {
    push: lines.push,
    end(): void {
      lines.end()
      if (expected !== 'nothing') throw refused(`${label} ends early, after record ${number}`)
    },
  }
}

function refuseOtherLineEnd(line: Buffer, label: string): void {
  // Go and JSON.stringify escape it, so it can only be a line end.
  if (line.at(-1) !== CARRIAGE_RETURN) return
  throw new UserError(
    'precondition',
    `${label} has different line endings than it was written with: ${KEEP_BYTES}`,
  )
}

function withByteOrderMark(label: string): UserError {
  return new UserError('precondition', `${label} begins with a byte order mark: ${KEEP_BYTES}`)
}

/** Cuts pieces into lines, without their line ends, and never holds more than one of them. */
function lineReader({
  maxBytes,
  tooLong,
  onLine,
}: {
  maxBytes: number
  tooLong: () => UserError
  /** @param isLast the line that no line end follows, empty or not */
  onLine: (line: Buffer, isLast: boolean) => void
}) {
  let partial: Buffer[] = []
  let partialBytes = 0

  function hand(line: Buffer, isLast: boolean): void {
    if (line.byteLength > maxBytes) throw tooLong()
    onLine(line, isLast)
  }

  return {
    push: (piece: Buffer): void => {
      let start = 0
      for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
        const rest = piece.subarray(start, end)
        hand(partial.length === 0 ? rest : Buffer.concat([...partial, rest]), false)
        partial = []
        partialBytes = 0
        start = end + 1
      }
      if (start === piece.byteLength) return
      // A copy, since the source may use the memory of a piece again.
      partial.push(Buffer.from(piece.subarray(start)))
      partialBytes += piece.byteLength - start
      if (partialBytes > maxBytes) throw tooLong()
    },
    end: (): void => {
      hand(Buffer.concat(partial), true)
    },
  }
}

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
/** As read byte by byte. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array, label: string): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw refused(`${label} is not UTF-8`)
  }
}

function parseUser(line: string, refuse: Refuse): Entry<User> {
  const value: Partial<Record<keyof User | 'groupExternalIds', unknown>> = parseObject(line, refuse)
  const userName = text(value.userName, 'userName', refuse)
  const name = text(value.name, 'name', refuse)
  const email = text(value.email, 'email', refuse)
  const id = externalId(value.externalId, refuse)
  const groupIds = texts(value.groupExternalIds, 'groupExternalIds', refuse)
  const record: User = {
    externalId: id,
    // Names and addresses are often the same: kept once.
    name: name === userName ? userName : name,
    userName,
    email: email === userName ? userName : email,
    tags: tags(value.tags, refuse),
    isMachine: booleanOrNull(value.isMachine, 'isMachine', refuse),
  }
  if (renderUser(record, groupIds) !== line) refuse(NOT_CANONICAL)
  return { record, groupIds: groupIds ?? NONE }
}

function parseGroup(line: string, refuse: Refuse): Entry<Group> {
  const value: Partial<Record<keyof Group, unknown>> = parseObject(line, refuse)
  const name = text(value.name, 'name', refuse)
  const displayName = text(value.displayName, 'displayName', refuse)
  const record: Group = {
    externalId: externalId(value.externalId, refuse),
    name,
    displayName: displayName === name ? name : displayName,
    description: text(value.description, 'description', refuse),
    parentGroupExternalIds: texts(value.parentGroupExternalIds, 'parentGroupExternalIds', refuse),
    tags: tags(value.tags, refuse),
  }
  if (renderGroup(record) !== line) refuse(NOT_CANONICAL)
  return { record, groupIds: NONE }
}

function externalId(value: unknown, refuse: Refuse): string {
  return text(value, 'externalId', refuse) || refuse('its externalId is empty')
}

function text(value: unknown, key: string, refuse: Refuse): string {
  return typeof value === 'string' ? value : refuse(`its ${key} is not text`)
}

function booleanOrNull(value: unknown, key: string, refuse: Refuse): boolean | null {
  return value === null || typeof value === 'boolean'
    ? value
    : refuse(`its ${key} is neither null, true nor false`)
}

function list(value: unknown, key: string, refuse: Refuse): unknown[] | null {
  if (value === null) return null
  return Array.isArray(value) && value.length > 0
    ? (value as unknown[])
    : refuse(`its ${key} is neither null nor a non-empty list`)
}

function texts(value: unknown, key: string, refuse: Refuse): string[] | null {
  const entries = list(value, key, refuse)
  return entries === null || entries.every((entry) => typeof entry === 'string')
    ? entries
    : refuse(`its ${key} contains something that is not text`)
}

function tags(value: unknown, refuse: Refuse): Tag[] | null {
  const entries = list(value, 'tags', refuse)
  if (entries === null) return null
  return entries.map((entry) => {
    if (!isObject(entry)) return refuse('its tags contain something that is not an object')
    const tag: Partial<Record<keyof Tag, unknown>> = entry
    const key = text(tag.key, 'tag key', refuse)
    const source = text(tag.source, 'tag source', refuse)
    return {
      key: TAG_NAMES.find((name) => name === key) ?? key,
      value: text(tag.value, 'tag value', refuse),
      source: source === TAG_SOURCE ? TAG_SOURCE : source,
    }
  })
}

/** The numbers of a user's groups, which must be ascending, and each of a group that is there. */
function numbersOf(ids: readonly string[], members: MemberCollector, refuse: Refuse): number[] {
  let previous = ''
  return ids.map((id) => {
    const number = members.find(id) ?? refuse(UNKNOWN_GROUP)
    if (!(previous < id)) refuse('its groupExternalIds are out of order or contain a duplicate')
    previous = id
    return number
  })
}

/** The same, without looking up an id for each. */
function numbersOfTwin(
  groups: Uint32Array,
  numbers: readonly (number | undefined)[],
  refuse: Refuse,
): number[] {
  const own: number[] = []
  for (const group of groups) own.push(numbers[group] ?? refuse(UNKNOWN_GROUP))
  return own
}

/** The same, of whatever groups the reference connector names. */
function numbersOfAny(ids: readonly string[], members: MemberCollector, need: Need): number[] {
  const numbers = ids.map((id) => {
    if (members.find(id) === undefined) need.addGroupId(id)
    return members.numberOf(id)
  })
  return [...new Set(numbers)]
}

const UNKNOWN_GROUP = 'its groupExternalIds contain a group that is not in groups.json'

function byteLength(ids: readonly string[]): number {
  return ids.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(ids))
}

async function isDirectory(directory: string, path: string): Promise<boolean> {
  const found = await lstatOrUndefined(directory)
  if (found === undefined) return false
  if (found.isSymbolicLink()) throw refused(`${path} is a symbolic link`)
  if (!found.isDirectory()) throw refused(`${path} is not a directory`)
  return true
}

async function lstatOrUndefined(path: string) {
  try {
    return await lstat(path)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new UserError('precondition', `${path} cannot be read (${code}). Grant access to it.`, {
      cause: error,
    })
  }
}

async function refuseInterruptedWrite(directory: string, path: string): Promise<void> {
  const entries = await readdir(directory)
  const interrupted = entries.some((entry) => isLeftover(entry, 'manifest.json'))
  if (!interrupted || !SNAPSHOT_FILES.some((name) => entries.includes(name))) return
  throw new UserError(
    'precondition',
    `The last run that wrote ${path} was killed partway through, so its files do not match. Write the snapshot again.`,
  )
}

/** Opened when its first piece is asked for, so that a file that nobody reads leaves nothing open. */
async function* readRegularFile(file: string, label: string): AsyncGenerator<Uint8Array> {
  let handle
  try {
    // Neither a link nor a pipe that took the file's place since it was looked at may lead away or block.
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    throw new UserError(
      'precondition',
      `${label} cannot be read (${systemErrorCode(error)}). Grant access to it.`,
      {
        cause: error,
      },
    )
  }
  try {
    if (!(await handle.stat()).isFile()) throw refused(`${label} is not a regular file`)
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, READ_BYTES)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

const READ_BYTES = 256 * 1024
