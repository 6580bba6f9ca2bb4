import { UserError } from '../errors.ts'
import { MANIFEST_FORMAT } from './model.ts'
import type { FileDigest, Manifest } from './model.ts'
import { TAG_NAMES } from './tags.ts'
import type { TagName } from './tags.ts'

/** manifest.json: two-space JSON, the keys in the order of docs/snapshot-format.md, a final newline. */
export function renderManifest(manifest: Manifest): string {
  const { users, groups, memberships, accounts, permissionSets, assignments } = manifest.counts
  const { 'access.json': access } = manifest.files
  const hasAccess = manifest.access !== undefined
  const ordered: Manifest = {
    format: manifest.format,
    account: manifest.account,
    ownerAccount: manifest.ownerAccount,
    identityStoreId: manifest.identityStoreId,
    instanceArn: manifest.instanceArn,
    region: manifest.region,
    mapping: manifest.mapping,
    tags: manifest.tags,
    machineUsers: manifest.machineUsers,
    disabledUsers: manifest.disabledUsers,
    ...(hasAccess ? { access: manifest.access } : {}),
    counts: { users, groups, memberships, ...(hasAccess ? { accounts, permissionSets, assignments } : {}) },
    files: {
      'users.json': digest(manifest.files['users.json']),
      'groups.json': digest(manifest.files['groups.json']),
      ...(access === undefined ? {} : { 'access.json': digest(access) }),
    },
  }
  return JSON.stringify(ordered, null, 2) + '\n'
}

/**
 * Reads a manifest that may be hostile: every key is checked, unknown keys are dropped.
 * @param label names the file in errors, which never show a value of it
 * @throws UserError('precondition')
 */
export function parseManifest(json: string, label: string): Manifest {
  const top = sectionOf(parseJson(json, label), label, '')
  // Another format first: its other keys may mean something else.
  if (top.value('format') !== MANIFEST_FORMAT) {
    throw new UserError(
      'precondition',
      `${label} is not a manifest that this version can read: "format" must be "${MANIFEST_FORMAT}". ` +
        'Write the snapshot again with this version, or use the version that wrote it.',
    )
  }
  const counts = top.section('counts')
  const files = top.section('files')
  const hasAccess = top.value('access') !== undefined
  return {
    format: MANIFEST_FORMAT,
    account: top.text('account', ACCOUNT),
    ownerAccount: top.textOrNull('ownerAccount', ACCOUNT),
    identityStoreId: top.text('identityStoreId', IDENTITY_STORE_ID),
    instanceArn: top.textOrNull('instanceArn', INSTANCE_ARN),
    region: top.text('region', REGION),
    mapping: top.oneOf('mapping', ['full', 'reference']),
    tags: tagNames(top),
    machineUsers: top.textOrNull('machineUsers', ANY_TEXT),
    disabledUsers: top.oneOf('disabledUsers', ['include', 'exclude']),
    ...(hasAccess ? { access: top.oneOf('access', ['accounts']) } : {}),
    counts: {
      users: counts.count('users'),
      groups: counts.count('groups'),
      memberships: counts.count('memberships'),
      ...(hasAccess
        ? {
            accounts: counts.count('accounts'),
            permissionSets: counts.count('permissionSets'),
            assignments: counts.count('assignments'),
          }
        : {}),
    },
    files: {
      'users.json': parseDigest(files.section('users.json')),
      'groups.json': parseDigest(files.section('groups.json')),
      ...(hasAccess ? { 'access.json': parseDigest(files.section('access.json')) } : {}),
    },
  }
}

interface Format {
  pattern: RegExp
  /** Completes "must be …". */
  meaning: string
}

const ACCOUNT: Format = { pattern: /^\d{12}$/, meaning: 'a 12-digit account ID' }
const IDENTITY_STORE_ID: Format = { pattern: /^[0-9a-zA-Z-]{1,64}$/, meaning: 'an identity store ID' }
const INSTANCE_ARN: Format = { pattern: /^arn:[\w:/.-]{1,1220}$/, meaning: 'an ARN' }
const REGION: Format = { pattern: /^[a-z0-9-]{1,64}$/, meaning: 'a region' }
const SHA256: Format = { pattern: /^[0-9a-f]{64}$/, meaning: '64 lowercase hexadecimal digits' }
const ANY_TEXT: Format = { pattern: /^/, meaning: 'text' }

function digest({ sha256, bytes }: FileDigest): FileDigest {
  return { sha256, bytes }
}

function parseDigest(section: Section): FileDigest {
  return { sha256: section.text('sha256', SHA256), bytes: section.count('bytes') }
}

function tagNames(top: Section): TagName[] {
  const value = top.value('tags')
  const meaning = 'a list of tag names, in their fixed order and without duplicates'
  if (!Array.isArray(value)) return top.refuse('tags', meaning)
  const names = TAG_NAMES.filter((name) => value.includes(name))
  const same = names.length === value.length && names.every((name, index) => name === value[index])
  return same ? names : top.refuse('tags', meaning)
}

function parseJson(json: string, label: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new UserError('precondition', `${label} is not JSON. ${RESTORE}`)
  }
}

const RESTORE = 'Restore the file, or write the snapshot again.'

/** An object of the manifest whose keys are read by what they must be; each refuses what is not. */
interface Section {
  value(key: string): unknown
  section(key: string): Section
  text(key: string, format: Format): string
  textOrNull(key: string, format: Format): string | null
  oneOf<T extends string>(key: string, values: readonly T[]): T
  count(key: string): number
  refuse(key: string, meaning: string): never
}

/** @param path the keys that lead to the object, joined by dots; empty for the manifest itself */
function sectionOf(object: unknown, label: string, path: string): Section {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    const what = path === '' ? 'the manifest' : `"${path}"`
    throw new UserError('precondition', `${label}: ${what} must be an object. ${RESTORE}`)
  }
  const nameOf = (key: string): string => (path === '' ? key : `${path}.${key}`)

  const section: Section = {
    // Own keys only, so that neither `__proto__` nor `constructor` stands for a value.
    value: (key): unknown => Object.getOwnPropertyDescriptor(object, key)?.value,
    section: (key) => sectionOf(section.value(key), label, nameOf(key)),
    text(key, format) {
      const value = section.value(key)
      return typeof value === 'string' && format.pattern.test(value)
        ? value
        : section.refuse(key, format.meaning)
    },
    textOrNull(key, format) {
      if (section.value(key) === null) return null
      return section.text(key, { ...format, meaning: `${format.meaning} or null` })
    },
    oneOf(key, values) {
      const found = values.find((value) => value === section.value(key))
      return found ?? section.refuse(key, values.map((value) => `"${value}"`).join(' or '))
    },
    count(key) {
      const value = section.value(key)
      const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      return isCount ? value : section.refuse(key, 'a whole number, 0 or more')
    },
    refuse(key, meaning) {
      throw new UserError('precondition', `${label}: "${nameOf(key)}" must be ${meaning}. ${RESTORE}`)
    },
  }
  return section
}
