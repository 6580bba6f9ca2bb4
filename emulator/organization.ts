import { emptyAccess, fillAccess } from './access.ts'
import type { AccessSize, AccessState } from './access.ts'
import { createRandom } from './random.ts'

/** A user on the wire, as ListUsers gives it: times are seconds since 1970; Extensions is sent only where asked for. */
export interface UserRecord {
  UserId: string
  UserName?: string
  DisplayName?: string
  Name?: { Formatted?: string; GivenName?: string; FamilyName?: string }
  Emails?: { Value?: string; Type?: string; Primary?: boolean }[]
  UserStatus?: string
  Extensions?: Record<string, unknown> | undefined
  UpdatedAt?: number
  [member: string]: unknown
}

/** A group on the wire, as ListGroups gives it. */
export interface GroupRecord {
  GroupId: string
  DisplayName?: string
  Description?: string
  UpdatedAt?: number
  [member: string]: unknown
}

/** An instance on the wire, as ListInstances gives it. */
export interface InstanceRecord {
  InstanceArn?: string
  IdentityStoreId?: string
  OwnerAccountId?: string
  Status?: string
  [member: string]: unknown
}

/** An instance and where it is seen. Without `regions` it is seen in every region. */
export interface Instance {
  record: InstanceRecord
  regions?: string[]
  /** It belongs to a single account, and has no permission sets. */
  ofAccount?: boolean
}

/**
 * One identity store. A removed record leaves a hole, so that a list that runs meanwhile neither skips nor repeats the
 * others; what is added comes last.
 */
export interface Store {
  readonly identityStoreId: string
  readonly users: (UserRecord | undefined)[]
  readonly groups: (GroupRecord | undefined)[]
  readonly userPositions: Map<string, number>
  readonly groupPositions: Map<string, number>
  /** User ids by position of the group. */
  readonly members: (string | undefined)[][]
  /** Group ids by position of the user. */
  readonly groupsOf: (string | undefined)[][]
}

export interface Organization {
  /** The account of the caller. */
  account: string
  /** The region of the first instance. */
  region: string
  instances: Instance[]
  readonly stores: Map<string, Store>
  access: AccessState
}

export interface OrganizationOptions {
  seed?: number
  users: number
  groups: number
  memberships: number
  /** Names that break careless writers: quotes, markup, bidirectional characters, lone surrogates, line ends. */
  hostileNames?: boolean
  /** Every user has all the common fields; otherwise some lack user name, name or e-mail, as real ones do. */
  complete?: boolean
  account?: string
  /** Owner of the instance; the account where absent. */
  ownerAccount?: string
  region?: string
  /** Further regions that hold a replica; with one, the answers of ListInstances name the primary region. */
  replicas?: string[]
  identityStoreId?: string
  access?: AccessSize
}

/** The account of an organization that names none. */
export const ACCOUNT = '111122223333'

/** The organization that these options describe; the same options give the same one on every machine. */
export function createOrganization(options: OrganizationOptions): Organization {
  const random = createRandom(options.seed ?? 1)
  const hex = (length: number): string => random.hex(length)
  const identityStoreId = options.identityStoreId ?? `d-${hex(10)}`
  const account = options.account ?? ACCOUNT
  const region = options.region ?? 'eu-west-1'
  const organization: Organization = {
    account,
    region,
    instances: [
      createInstance({
        identityStoreId,
        ownerAccount: options.ownerAccount ?? account,
        region,
        replicas: options.replicas ?? [],
        name: hex(16),
      }),
    ],
    stores: new Map([[identityStoreId, emptyStore(identityStoreId)]]),
    access: emptyAccess(),
  }
  for (let n = 0; n < options.users; n++) {
    addUser(organization, userRecord(n, `${identityStoreId.slice(2)}-${uuid(hex(32))}`, options))
  }
  for (let n = 0; n < options.groups; n++) {
    addGroup(organization, groupRecord(n, `${identityStoreId.slice(2)}-${uuid(hex(32))}`, options))
  }
  fillMemberships(storeOf(organization), options.memberships, random)
  if (options.access !== undefined) fillAccess(organization, options.access)
  return organization
}

/**
 * An organization from the format of `organization.json`: `account`, `instances` (as ListInstances gives them) and
 * `stores` by id with `users`, `groups` and `memberships` (`GroupId`, `UserId`). Seen in every region, or in `region`.
 */
export function readOrganization(json: unknown, options: { region?: string } = {}): Organization {
  // A file of this repository's own tests: its shape is known.
  const file = json as {
    account: string
    instances: InstanceRecord[]
    stores: Record<
      string,
      { users: UserRecord[]; groups: GroupRecord[]; memberships: { GroupId: string; UserId: string }[] }
    >
  }
  const organization: Organization = {
    account: file.account,
    region: options.region ?? 'eu-west-1',
    instances: file.instances.map((record) => ({
      record,
      ...(options.region === undefined ? {} : { regions: [options.region] }),
    })),
    stores: new Map(),
    access: emptyAccess(),
  }
  for (const [identityStoreId, content] of Object.entries(file.stores)) {
    organization.stores.set(identityStoreId, emptyStore(identityStoreId))
    for (const user of content.users) addUser(organization, user, identityStoreId)
    for (const group of content.groups) addGroup(organization, group, identityStoreId)
    for (const { GroupId, UserId } of content.memberships) {
      addMembership(organization, GroupId, UserId, identityStoreId)
    }
  }
  return organization
}

/** A store by its id; without one, the first. */
export function storeOf(organization: Organization, identityStoreId?: string): Store {
  const id = identityStoreId ?? organization.stores.keys().next().value
  const store = id === undefined ? undefined : organization.stores.get(id)
  if (store === undefined) throw new Error(`The organization has no identity store ${id ?? ''}.`)
  return store
}

/** The users that are there. */
export function usersOf(organization: Organization, identityStoreId?: string): UserRecord[] {
  return storeOf(organization, identityStoreId).users.filter((user) => user !== undefined)
}

/** The groups that are there. */
export function groupsOf(organization: Organization, identityStoreId?: string): GroupRecord[] {
  return storeOf(organization, identityStoreId).groups.filter((group) => group !== undefined)
}

/** The memberships that are there. */
export function membershipsOf(
  organization: Organization,
  identityStoreId?: string,
): { GroupId: string; UserId: string }[] {
  const store = storeOf(organization, identityStoreId)
  return store.groups.flatMap((group, position) =>
    group === undefined
      ? []
      : (store.members[position] ?? []).flatMap((UserId) =>
          UserId === undefined ? [] : [{ GroupId: group.GroupId, UserId }],
        ),
  )
}

/** Adds an instance with an empty identity store of its own. */
export function addInstance(organization: Organization, instance: Instance): void {
  organization.instances.push(instance)
  const id = instance.record.IdentityStoreId
  if (id !== undefined && !organization.stores.has(id)) organization.stores.set(id, emptyStore(id))
}

/** What ListInstances gives for an instance; replicas make it name its regions. */
export function createInstance(options: {
  identityStoreId: string
  ownerAccount: string
  region: string
  replicas?: string[]
  /** 16 hexadecimal digits */
  name: string
  status?: string
}): Instance {
  const replicas = options.replicas ?? []
  return {
    record: {
      InstanceArn: `arn:aws:sso:::instance/ssoins-${options.name}`,
      IdentityStoreId: options.identityStoreId,
      OwnerAccountId: options.ownerAccount,
      Name: 'organization',
      CreatedDate: epoch,
      Status: options.status ?? 'ACTIVE',
      ...(replicas.length === 0
        ? {}
        : {
            PrimaryRegion: options.region,
            Regions: [options.region, ...replicas].map((RegionName) => ({
              RegionName,
              Status: 'ACTIVE',
              AddedDate: epoch,
              IsPrimaryRegion: RegionName === options.region,
            })),
          }),
    },
    regions: [options.region, ...replicas],
  }
}

/** Adds a user, after all others; returns its id. */
export function addUser(organization: Organization, user: UserRecord, identityStoreId?: string): string {
  const store = storeOf(organization, identityStoreId)
  addRecord(usersIn(store), user.UserId, { IdentityStoreId: store.identityStoreId, ...user })
  return user.UserId
}

/** Removes a user with its memberships; `keepMemberships` leaves them as a service does that is slow to notice. */
export function removeUser(
  organization: Organization,
  userId: string,
  { keepMemberships = false, identityStoreId }: { keepMemberships?: boolean; identityStoreId?: string } = {},
): void {
  const users = usersIn(storeOf(organization, identityStoreId))
  if (!keepMemberships) {
    for (const groupId of partnersOf(users, userId))
      removeMembership(organization, groupId, userId, identityStoreId)
  }
  removeRecord(users, userId)
}

/** Changes members of a user, its UpdatedAt with them; a member set to undefined is removed. */
export function changeUser(
  organization: Organization,
  userId: string,
  members: Record<string, unknown>,
  identityStoreId?: string,
): void {
  changeRecord(usersIn(storeOf(organization, identityStoreId)), userId, members)
}

/** Gives a user another display name. */
export function renameUser(
  organization: Organization,
  userId: string,
  displayName: string,
  identityStoreId?: string,
): void {
  changeUser(organization, userId, { DisplayName: displayName }, identityStoreId)
}

/** Adds a group, after all others; returns its id. */
export function addGroup(organization: Organization, group: GroupRecord, identityStoreId?: string): string {
  const store = storeOf(organization, identityStoreId)
  addRecord(groupsIn(store), group.GroupId, { IdentityStoreId: store.identityStoreId, ...group })
  return group.GroupId
}

/** Removes a group with its memberships; `keepMemberships` leaves them at the users. */
export function removeGroup(
  organization: Organization,
  groupId: string,
  { keepMemberships = false, identityStoreId }: { keepMemberships?: boolean; identityStoreId?: string } = {},
): void {
  const groups = groupsIn(storeOf(organization, identityStoreId))
  if (!keepMemberships) {
    for (const userId of partnersOf(groups, groupId))
      removeMembership(organization, groupId, userId, identityStoreId)
  }
  removeRecord(groups, groupId)
}

/** Gives a group another display name. */
export function renameGroup(
  organization: Organization,
  groupId: string,
  displayName: string,
  identityStoreId?: string,
): void {
  changeRecord(groupsIn(storeOf(organization, identityStoreId)), groupId, { DisplayName: displayName })
}

/** Makes a user a member of a group; it may be a member already, and the user may be unknown to the store. */
export function addMembership(
  organization: Organization,
  groupId: string,
  userId: string,
  identityStoreId?: string,
): void {
  const store = storeOf(organization, identityStoreId)
  const members = store.members[positionIn(groupsIn(store), groupId)] ?? []
  if (members.includes(userId)) return
  members.push(userId)
  const userPosition = store.userPositions.get(userId)
  if (userPosition !== undefined) store.groupsOf[userPosition]?.push(groupId)
}

/** Ends a membership. */
export function removeMembership(
  organization: Organization,
  groupId: string,
  userId: string,
  identityStoreId?: string,
): void {
  const store = storeOf(organization, identityStoreId)
  const members = store.members[positionIn(groupsIn(store), groupId)]
  if (members?.includes(userId)) members[members.indexOf(userId)] = undefined
  const groups = store.groupsOf[store.userPositions.get(userId) ?? -1]
  if (groups?.includes(groupId)) groups[groups.indexOf(groupId)] = undefined
}

/** The id of the `n`th record that a test or the demo adds; another kind of id than those of a seed. */
export function newId(organization: Organization, n: number): string {
  return `${storeOf(organization).identityStoreId.slice(2)}-${uuid(createRandom(0x5eed + n).hex(32))}`
}

/**
 * The calls that a reader cannot do without, with pages of 100: one for each page of the lists, and for the memberships
 * one for each page of each group, or of each user.
 */
export function leastCalls(
  organization: Organization,
  identityStoreId?: string,
): { listUsers: number; listGroups: number; byGroup: number; byUser: number } {
  const store = storeOf(organization, identityStoreId)
  const pages = (count: number): number => Math.max(1, Math.ceil(count / 100))
  const sum = (records: readonly unknown[], lists: readonly (readonly unknown[])[]): number =>
    records.reduce<number>(
      (total, record, position) =>
        record === undefined ? total : total + pages((lists[position] ?? []).length),
      0,
    )
  return {
    listUsers: pages(store.users.length),
    listGroups: pages(store.groups.length),
    byGroup: sum(store.groups, store.members),
    byUser: sum(store.users, store.groupsOf),
  }
}

/** Any time will do, as long as it is the same on every run. */
const epoch = 1_700_000_000

/** Names that careless code breaks, or that break careless code. */
export const hostileNames: readonly string[] = [
  'quote"back\\slash',
  "o'single`tick",
  'tab\tnew\nline\r\nend',
  '<script>alert(1)</script>&amp;',
  '<!-- comment --> ]]>',
  'line\u2028separator\u2029paragraph',
  'bidi \u202Eright to left\u202C \u2066isolate\u2069',
  'zero\u200Bwidth\u200Djoiner\uFEFF',
  'emoji 😀👩‍👩‍👧‍👦🏳️‍🌈',
  'lone high \uD83D surrogate',
  'lone low \uDE00 surrogate',
  'ünï—côdé 田中 العربية',
  '@everyone and #1 and GH-1',
  '[link](https://example.com) ![image](https://example.com/i.png)',
  '| table | cell |\n| --- | --- |',
  '```\n# heading\n```',
  '::error::command %0A::set-output name=x::y',
  '${{ github.token }} $(id) `id` ;--',
  'control \u0000\u0001\u001B[31m\u007F\u0085',
  '../../etc/passwd',
  '=SUM(A1:A2)',
  '  leading and trailing  ',
  'e\u0301 and \u00e9',
  '__proto__',
  'null',
  'x'.repeat(1024),
]

function userRecord(n: number, id: string, options: OrganizationOptions): UserRecord {
  const number = String(n + 1).padStart(String(options.users).length, '0')
  const hostile =
    options.hostileNames === true && n % 2 === 0 ? hostileNames[(n / 2) % hostileNames.length] : undefined
  const address = `user${number}@example.com`
  const record: UserRecord = {
    UserId: id,
    UserName: hostile === undefined ? address : `${hostile.slice(0, 100)} ${number}`,
    DisplayName: hostile ?? `User ${number}`,
    Name: { GivenName: 'User', FamilyName: hostile ?? number },
    Emails: [{ Value: address, Type: 'work', Primary: true }],
    UserStatus: n % 23 === 22 ? 'DISABLED' : 'ENABLED',
    CreatedAt: epoch + n,
    UpdatedAt: epoch + n,
    CreatedBy: 'arn:aws:iam::111122223333:role/provisioning',
    UpdatedBy: 'arn:aws:iam::111122223333:role/provisioning',
  }
  if (n % 3 === 0) record.Title = 'Analyst'
  if (n % 5 === 0) record.UserType = 'Employee'
  if (n % 7 === 0) {
    record.ExternalIds = [
      { Issuer: 'https://scim.aws.com/b', Id: id.slice(0, 8) },
      { Issuer: 'https://scim.aws.com/a', Id: id.slice(-8) },
    ]
  }
  if (n % 4 === 0) {
    record.Extensions = {
      'aws:identitystore:enterprise': {
        department: `Department ${String(n % 9)}`,
        costCenter: String(1000 + (n % 30)),
        employeeNumber: number,
        manager: { value: id, displayName: 'User' },
      },
    }
  }
  if (n % 6 === 0) {
    Object.assign(record, { NickName: `u${number}`, Locale: 'en-US', Timezone: 'Europe/Brussels' })
    record.PhoneNumbers = [{ Value: '+32 000 00 00 00', Type: 'work', Primary: true }]
    record.Photos = [{ Value: 'https://example.com/photo.png', Type: 'photo', Primary: true }]
  }
  if (options.complete === true) return record
  if (n % 11 === 3) delete record.UserName
  if (n % 11 === 4) delete record.DisplayName
  if (n % 11 === 5) {
    delete record.DisplayName
    record.Name = { Formatted: hostile ?? `Formatted ${number}` }
  }
  if (n % 11 === 6) {
    delete record.DisplayName
    delete record.Name
  }
  if (n % 11 === 7) delete record.Emails
  if (n % 11 === 8) record.Emails = [{ Value: address }]
  if (n % 11 === 9) record.Emails = [{ Type: 'work', Primary: true }]
  if (n % 11 === 10) record.Emails = [{ Value: address, Primary: false }]
  if (n % 37 === 30) delete record.UserStatus
  if (n % 41 === 40) for (const key of ['UserName', 'DisplayName', 'Name', 'Emails']) record[key] = undefined
  if (n % 43 === 42) Object.assign(record, { UserName: '', DisplayName: '' })
  return record
}

function groupRecord(n: number, id: string, options: OrganizationOptions): GroupRecord {
  const number = String(n + 1).padStart(String(options.groups).length, '0')
  const hostile =
    options.hostileNames === true && n % 2 === 1
      ? hostileNames[((n - 1) / 2) % hostileNames.length]
      : undefined
  const record: GroupRecord = {
    GroupId: id,
    DisplayName: hostile ?? `Group ${number}`,
    Description: hostile ?? `Members of group ${number}`,
    CreatedAt: epoch + n,
    UpdatedAt: epoch + n,
  }
  if (n % 9 === 8) record.ExternalIds = [{ Issuer: 'https://scim.aws.com/a', Id: id.slice(-8) }]
  if (options.complete === true) return record
  if (n % 13 === 5) delete record.Description
  if (n % 29 === 11) delete record.DisplayName
  return record
}

/** Groups of very different sizes, some empty; the users of a group are distinct because the step and their number have no common factor. */
function fillMemberships(store: Store, memberships: number, random: ReturnType<typeof createRandom>): void {
  const users = store.users.length
  const groups = store.groups.length
  if (memberships > users * groups) throw new Error('More memberships than users times groups.')
  if (memberships === 0) return
  const weights = store.groups.map(() => (random.next() < 0.05 ? 0 : 0.2 + 2 * random.next() ** 3))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const sizes = weights.map((weight) =>
    Math.min(users, Math.floor((memberships * weight) / Math.max(total, 0.1))),
  )
  let rest = memberships - sizes.reduce((sum, size) => sum + size, 0)
  for (let group = 0; rest > 0; group = (group + 1) % groups) {
    const added = Math.min(rest, Math.ceil(rest / groups), users - (sizes[group] ?? 0))
    sizes[group] = (sizes[group] ?? 0) + added
    rest -= added
  }
  sizes.forEach((size, group) => {
    const groupId = store.groups[group]?.GroupId
    if (groupId === undefined) return
    let step = 1 + random.below(users)
    while (greatestCommonDivisor(step, users) !== 1) step++
    let user = random.below(users)
    for (let n = 0; n < size; n++) {
      const userId = store.users[user]?.UserId
      if (userId !== undefined) {
        store.members[group]?.push(userId)
        store.groupsOf[user]?.push(groupId)
      }
      user = (user + step) % users
    }
  })
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

function emptyStore(identityStoreId: string): Store {
  return {
    identityStoreId,
    users: [],
    groups: [],
    userPositions: new Map(),
    groupPositions: new Map(),
    members: [],
    groupsOf: [],
  }
}

/** One side of the memberships of a store. */
interface Side<R> {
  what: 'user' | 'group'
  records: (R | undefined)[]
  positions: Map<string, number>
  /** Ids of the other side, by position. */
  partners: (string | undefined)[][]
}

function usersIn({ users, userPositions, groupsOf }: Store): Side<UserRecord> {
  return { what: 'user', records: users, positions: userPositions, partners: groupsOf }
}

function groupsIn({ groups, groupPositions, members }: Store): Side<GroupRecord> {
  return { what: 'group', records: groups, positions: groupPositions, partners: members }
}

function positionIn({ what, positions }: Side<unknown>, id: string): number {
  const position = positions.get(id)
  if (position === undefined) throw new Error(`There is no ${what} ${id}.`)
  return position
}

/** The groups of a user, or the members of a group, as they are now. */
function partnersOf(side: Side<unknown>, id: string): string[] {
  return (side.partners[positionIn(side, id)] ?? []).filter((partner) => partner !== undefined)
}

function addRecord<R>({ what, records, positions, partners }: Side<R>, id: string, record: R): void {
  if (positions.has(id)) throw new Error(`The ${what} ${id} is there already.`)
  positions.set(id, records.length)
  records.push(record)
  partners.push([])
}

function removeRecord(side: Side<unknown>, id: string): void {
  side.records[positionIn(side, id)] = undefined
  side.positions.delete(id)
}

function changeRecord<R extends { UpdatedAt?: number }>(
  side: Side<R>,
  id: string,
  members: Record<string, unknown>,
): void {
  const position = positionIn(side, id)
  const before = side.records[position]
  if (before === undefined) return
  const changed: Record<string, unknown> = {
    ...before,
    UpdatedAt: (before.UpdatedAt ?? epoch) + 1,
    ...members,
  }
  // Without the members that were set to undefined it is a record again.
  side.records[position] = Object.fromEntries(
    Object.entries(changed).filter(([, value]) => value !== undefined),
  ) as R
}

function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
