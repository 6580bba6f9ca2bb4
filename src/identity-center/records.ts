import type { Group, User } from '@aws-sdk/client-identitystore'
import type { DirectoryGroup, DirectoryUser } from './directory.ts'

/**
 * The records of a list by their id. A moving list repeats records: of two with different content the one with the later
 * UpdatedAt stays, else the one with the greater bytes, so that the order of the answers never matters.
 */
export class Records<Kept, Answer extends { UpdatedAt?: Date | undefined }> {
  conflicts = 0
  private readonly kept = new Map<string, { id: string; record: Kept; updatedAt: number }>()
  private readonly keep: (answer: Answer) => Kept

  constructor(keep: (answer: Answer) => Kept) {
    this.keep = keep
  }

  get size(): number {
    return this.kept.size
  }

  add(id: string, answer: Answer): void {
    const record = this.keep(answer)
    const updatedAt = answer.UpdatedAt?.getTime() ?? 0
    const known = this.kept.get(id)
    if (known === undefined) {
      this.kept.set(id, { id, record, updatedAt })
      return
    }
    const [before, now] = [JSON.stringify(known.record), JSON.stringify(record)]
    if (before !== now) this.conflicts += 1
    const isNewer =
      updatedAt === known.updatedAt
        ? Buffer.compare(Buffer.from(now), Buffer.from(before)) > 0
        : updatedAt > known.updatedAt
    if (isNewer) this.kept.set(id, { id: known.id, record, updatedAt })
  }

  /** Adds what only the other list holds; returns how many. */
  addMissing(other: Records<Kept, Answer>): number {
    const before = this.size
    for (const [id, entry] of other.kept) if (!this.kept.has(id)) this.kept.set(id, entry)
    return this.size - before
  }

  has(id: string): boolean {
    return this.kept.has(id)
  }

  delete(id: string): void {
    this.kept.delete(id)
  }

  /** The one string that stands for an id, so that a million memberships do not keep a million strings. */
  internId(id: string): string {
    return this.kept.get(id)?.id ?? id
  }

  ids(): string[] {
    return [...this.kept.keys()]
  }

  values(): Kept[] {
    return Array.from(this.kept.values(), ({ record }) => record)
  }
}

export type UserRecords = Records<DirectoryUser, User & { UserId: string }>
export type GroupRecords = Records<DirectoryGroup, Group & { GroupId: string }>

/** What is used of a user; photos, addresses, telephones and birthdates are let go at once. */
export function keepUser(user: User & { UserId: string }): DirectoryUser {
  const { Name, Emails, ExternalIds } = user
  const enterprise: unknown = (user.Extensions as Record<string, unknown> | undefined)?.[
    'aws:identitystore:enterprise'
  ]
  return defined({
    UserId: user.UserId,
    UserName: user.UserName,
    DisplayName: user.DisplayName,
    NickName: user.NickName,
    Name:
      Name && defined({ Formatted: Name.Formatted, GivenName: Name.GivenName, FamilyName: Name.FamilyName }),
    Emails: Emails?.map(({ Value, Primary }) => defined({ Value, Primary })),
    UserStatus: user.UserStatus,
    UserType: user.UserType,
    Title: user.Title,
    ProfileUrl: user.ProfileUrl,
    PreferredLanguage: user.PreferredLanguage,
    Locale: user.Locale,
    Timezone: user.Timezone,
    ExternalIds: ExternalIds?.map(({ Issuer, Id }) => defined({ Issuer, Id })),
    Enterprise: isObject(enterprise) ? enterprise : undefined,
  })
}

export function keepGroup(group: Group & { GroupId: string }): DirectoryGroup {
  return defined({
    GroupId: group.GroupId,
    DisplayName: group.DisplayName,
    Description: group.Description,
  })
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Without the members that are undefined (AWS's null arrives as null or undefined). */
function defined<T extends object>(value: T): Defined<T> {
  // The type says exactly what the filter does.
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined && member !== null),
  ) as Defined<T>
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
