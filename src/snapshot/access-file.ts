import type { Access, Account, Assignment, PermissionSet } from './access.ts'
import { ACCESS_HEAD } from './model.ts'
import { compareText, isObject, mapped, NOT_CANONICAL, parseObject, sortedJson } from './canonical.ts'

/** Objects and lists in an inline policy, one in another, that are kept as such: IAM's own grammar has 6. */
const MOST_LEVELS = 100
/**
 * What a file may need in memory, estimated before its records are kept: 3,500 permission sets, the quota, with policies of
 * 16 KB, and 500,000 assignments need less. Two snapshots are in memory when they are compared.
 */
const MAX_NEED_BYTES = 128 * 1024 * 1024
const ASSIGNMENT_BYTES = 72
const POLICY_VALUE_BYTES = 64

/**
 * The text of access.json: canonical JSON, a record a line, and a final newline.
 * @param access in the order that its type names
 */
export function* accessFile(access: Access): Generator<string> {
  yield ACCESS_HEAD
  for (const { key, render } of SECTIONS) {
    let separator = `"${key}":[\n`
    for (const line of render(access)) {
      yield separator + line
      separator = ',\n'
    }
    yield access[key].length === 0 ? `"${key}":[]` : '\n]'
    yield key === LAST ? '\n}\n' : ',\n'
  }
}

const HEAD = ACCESS_HEAD.trimEnd().split('\n')
const LAST = 'assignments'
const SECTIONS = [
  { key: 'accounts', render: ({ accounts }: Access) => mapped(accounts, renderAccount) },
  { key: 'permissionSets', render: ({ permissionSets }: Access) => mapped(permissionSets, renderSet) },
  { key: LAST, render: ({ assignments }: Access) => mapped(assignments, renderAssignment) },
] as const

/**
 * What access.json holds of the text of an inline policy: its object, or the text where that is no JSON object or one of
 * more than 100 levels; null where it is empty.
 */
export function inlinePolicyOf(text: string): PermissionSet['inlinePolicy'] {
  if (text === '') return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text
  }
  return isObject(value) && measure(value, MOST_LEVELS) !== undefined ? value : text
}

function renderAccount({ id, name }: Account): string {
  return JSON.stringify({ id, name })
}

function renderSet({
  arn,
  name,
  description,
  sessionDuration,
  managedPolicies,
  customerManagedPolicies,
  inlinePolicy,
  permissionsBoundary,
}: PermissionSet): string {
  const first = { arn, name, description, sessionDuration, managedPolicies, customerManagedPolicies }
  return (
    `${JSON.stringify(first).slice(0, -1)},"inlinePolicy":${sortedJson(inlinePolicy)}` +
    `,"permissionsBoundary":${JSON.stringify(permissionsBoundary)}}`
  )
}

function renderAssignment({ principalType, principalId, account, permissionSet }: Assignment): string {
  return JSON.stringify({ principalType, principalId, account, permissionSet })
}

/** Where the record stands follows from the order of principals, so that none of them is looked up. */
export interface Principals {
  /** By externalId, ascending. */
  groups: readonly { externalId: string }[]
  users: readonly { externalId: string }[]
}

/** Takes the lines of an access.json that may be hostile, without their line ends, and the empty one after the last. */
export interface AccessReader {
  line(text: string): void
  /** Where the next line stands, for an error. */
  where(): string
  /** @throws by `refuse` where lines are missing, or an account or a permission set is not assigned */
  end(): Access
}

/**
 * Reads what accessFile writes, and nothing else. Memory is that of the records: their ids are shared strings.
 * @param most how many of each the manifest counts
 * @param refuse throws; gets where it is, such as "permission set 3", and what is wrong with it, never a value
 */
export function readAccess(
  principals: Principals,
  most: Record<(typeof SECTIONS)[number]['key'], number>,
  refuse: (where: string, what: string) => never,
): AccessReader {
  const access: Access = { accounts: [], permissionSets: [], assignments: [] }
  const accounts = new Map<string, Named>()
  const sets = new Map<string, Named>()
  const groups = cursorOf(principals.groups)
  const users = cursorOf(principals.users)
  let need = 0
  let lines = 0
  /** The sections that are not yet at their end; in the first, whether its list is open and a record must follow. */
  const left = [...SECTIONS.map(({ key }) => key)]
  let inside: 'before' | 'record' | 'end' = 'before'

  const records = {
    accounts(value: Record<string, unknown>, check: Check) {
      const account: Account = {
        id: check.text(value['id'], 'id', ACCOUNT),
        name: value['name'] === null ? null : check.text(value['name'], 'name', NOT_EMPTY),
      }
      check.after(access.accounts.at(-1)?.id, account.id, 'id')
      accounts.set(account.id, { id: account.id, assigned: false })
      access.accounts.push(account)
      return renderAccount(account)
    },
    permissionSets(value: Record<string, unknown>, check: Check) {
      const inlinePolicy = policy(value['inlinePolicy'], check)
      const boundary = value['permissionsBoundary']
      const set: PermissionSet = {
        arn: check.text(value['arn'], 'arn', SET_ARN),
        name: check.text(value['name'], 'name', NOT_EMPTY),
        description: check.text(value['description'], 'description', ANY),
        sessionDuration: check.text(value['sessionDuration'], 'sessionDuration', DURATION),
        managedPolicies: check.texts(value['managedPolicies'], 'managedPolicies', POLICY_ARN),
        customerManagedPolicies: check.texts(
          value['customerManagedPolicies'],
          'customerManagedPolicies',
          POLICY_PATH,
        ),
        inlinePolicy,
        permissionsBoundary:
          boundary === null ? null : check.text(boundary, 'permissionsBoundary', POLICY_ARN_OR_PATH),
      }
      check.after(access.permissionSets.at(-1)?.arn, set.arn, 'arn')
      sets.set(set.arn, { id: set.arn, assigned: false })
      access.permissionSets.push(set)
      return renderSet(set)
    },
    assignments(value: Record<string, unknown>, check: Check) {
      const type = value['principalType']
      if (type !== 'GROUP' && type !== 'USER')
        return check.refuse('its principalType is neither GROUP nor USER')
      const principalId = check.text(value['principalId'], 'principalId', NOT_EMPTY)
      const account = accounts.get(check.text(value['account'], 'account', ANY))
      const set = sets.get(check.text(value['permissionSet'], 'permissionSet', ANY))
      if (account === undefined) return check.refuse('its account is not among the accounts')
      if (set === undefined) return check.refuse('its permissionSet is not among the permission sets')
      const previous = access.assignments.at(-1)
      const assignment = {
        principalType: type,
        principalId,
        account: account.id,
        permissionSet: set.id,
      } satisfies Assignment
      if (previous !== undefined && compareAssignments(previous, assignment) >= 0)
        return check.refuse('it is out of order or a duplicate')
      const known = (type === 'GROUP' ? groups : users).find(principalId)
      if (known === undefined)
        return check.refuse(`its principalId is not a ${type.toLowerCase()} of the snapshot`)
      account.assigned = true
      set.assigned = true
      access.assignments.push({ ...assignment, principalId: known })
      return renderAssignment(assignment)
    },
  }

  function policy(value: unknown, check: Check): PermissionSet['inlinePolicy'] {
    if (value === null) return null
    if (typeof value === 'string') {
      // Else a policy could pass for a text that nobody looks into.
      return inlinePolicyOf(value) === value
        ? value
        : check.refuse('its inlinePolicy is text that should be an object or null')
    }
    if (!isObject(value)) return check.refuse('its inlinePolicy is neither null, text nor an object')
    const size = measure(value, MOST_LEVELS)
    if (size === undefined) return check.refuse(`its inlinePolicy has more than ${MOST_LEVELS} levels`)
    need += size * POLICY_VALUE_BYTES
    return value
  }

  function where(): string {
    const [section] = left
    if (lines === 0) return 'before its first record'
    if (section === undefined) return 'after its last record'
    const number = access[section].length
    return `${NAMES[section]} ${inside === 'record' ? number + 1 : Math.max(number, 1)}`
  }

  function record(text: string, section: (typeof left)[number]): void {
    const place = where()
    const refuseHere = (what: string): never => refuse(place, what)
    const check = checksOf(refuseHere)
    if (access[section].length === most[section]) check.refuse(`manifest.json counts only ${most[section]}`)
    const hasNext = text.endsWith(',')
    const line = hasNext ? text.slice(0, -1) : text
    if (records[section](parseObject(line, refuseHere), check) !== line) check.refuse(NOT_CANONICAL)
    // The ids of an assignment are shared; any other text takes two bytes a character where one is beyond Latin-1.
    need += section === LAST ? ASSIGNMENT_BYTES : line.length * 2
    if (need > MAX_NEED_BYTES)
      check.refuse(`the file needs more than ${MAX_NEED_BYTES / 1024 / 1024} MiB of memory`)
    inside = hasNext ? 'record' : 'end'
  }

  function line(text: string): void {
    const [section] = left
    const number = lines
    lines += 1
    if (number < HEAD.length) {
      if (text !== HEAD[number]) layout('before its first record')
    } else if (section === undefined) {
      const expected = ['}', ''][number - closed]
      if (text !== expected) layout(where())
    } else if (inside === 'record') record(text, section)
    else {
      const end = section === LAST ? '' : ','
      const key = `"${section}":[`
      const isEmpty = inside === 'before' && text === `${key}]${end}`
      if (inside === 'before' && text === key) inside = 'record'
      else if (isEmpty || (inside === 'end' && text === `]${end}`)) {
        left.shift()
        inside = 'before'
        if (left.length === 0) closed = lines
      } else layout(where())
    }
  }
  let closed = Infinity

  function layout(place: string): never {
    return refuse(place, 'the file does not have the layout of an access.json')
  }

  return {
    line,
    where,
    end() {
      if (lines !== closed + 2) refuse(where(), 'the file ends early')
      for (const [section, named] of [
        ['accounts', accounts],
        ['permissionSets', sets],
      ] as const) {
        let number = 0
        for (const { assigned } of named.values()) {
          number += 1
          if (!assigned) refuse(`${NAMES[section]} ${number}`, 'no assignment refers to it')
        }
      }
      return access
    },
  }
}

const NAMES = { accounts: 'account', permissionSets: 'permission set', assignments: 'assignment' } as const

/** By principalType, principalId, account, permissionSet, each by UTF-16 code units. */
export function compareAssignments(a: Assignment, b: Assignment): number {
  return (
    compareText(a.principalType, b.principalType) ||
    compareText(a.principalId, b.principalId) ||
    compareText(a.account, b.account) ||
    compareText(a.permissionSet, b.permissionSet)
  )
}

/** One string for each id, shared by all assignments that name it. */
interface Named {
  id: string
  assigned: boolean
}

/** Finds ids that are asked for in ascending order, or again. */
function cursorOf(records: Principals['groups']) {
  let at = 0
  return {
    find(id: string): string | undefined {
      for (;;) {
        const found = records[at]?.externalId
        if (found === undefined || found > id) return undefined
        if (found === id) return found
        at += 1
      }
    },
  }
}

interface Pattern {
  is: RegExp
  /** Completes "its … is not …". */
  meaning: string
}

const ACCOUNT: Pattern = { is: /^\d{12}$/, meaning: 'a 12-digit account ID' }
const SET_ARN: Pattern = { is: /^arn:[\w:/.-]{1,1220}$/, meaning: 'an ARN' }
const POLICY_ARN: Pattern = { is: /^arn:[!-~]{1,2044}$/, meaning: 'an ARN' }
/** A path and a name, as IAM has them. */
const POLICY_PATH: Pattern = { is: /^\/[!-~]{1,640}$/, meaning: 'a path and a name' }
const POLICY_ARN_OR_PATH: Pattern = {
  is: /^(?:arn:|\/)[!-~]{1,2044}$/,
  meaning: 'an ARN, or a path and a name',
}
const DURATION: Pattern = { is: /^-?P[\dYMWDTHS.]{1,98}$/, meaning: 'an ISO 8601 duration' }
const NOT_EMPTY: Pattern = { is: /[^]/, meaning: 'text that is not empty' }
const ANY: Pattern = { is: /^/, meaning: 'text' }

interface Check {
  refuse(what: string): never
  text(value: unknown, key: string, pattern: Pattern): string
  texts(value: unknown, key: string, pattern: Pattern): string[]
  after(previous: string | undefined, value: string, key: string): void
}

function checksOf(refuse: (what: string) => never): Check {
  const check: Check = {
    refuse,
    text: (value, key, { is, meaning }) =>
      typeof value === 'string' && is.test(value) ? value : refuse(`its ${key} is not ${meaning}`),
    texts(value, key, pattern) {
      if (!Array.isArray(value)) return refuse(`its ${key} is not a list`)
      const texts = value.map((entry: unknown) => check.text(entry, `${key} entry`, pattern))
      for (const [i, entry] of texts.entries()) check.after(texts[i - 1], entry, `${key} entry`)
      return texts
    },
    after(previous, value, key) {
      if (previous !== undefined && !(previous < value)) refuse(`its ${key} is out of order or a duplicate`)
    },
  }
  return check
}

/** How many values it holds, itself among them; undefined where they nest deeper than so many levels. */
function measure(value: unknown, levels: number): number | undefined {
  if (typeof value !== 'object' || value === null) return 1
  if (levels === 0) return undefined
  let sum = 1
  for (const part of Object.values(value)) {
    const size = measure(part, levels - 1)
    if (size === undefined) return undefined
    sum += size
  }
  return sum
}
