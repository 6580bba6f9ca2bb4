import type { Group, User } from '@aws-sdk/client-identitystore'
import { isObject } from '../snapshot/canonical.ts'
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

  /** Without those for which `isExcluded` holds. */
  ids(isExcluded?: (record: Kept) => boolean): string[] {
    if (isExcluded === undefined) return [...this.kept.keys()]
    return [...this.kept].flatMap(([id, { record }]) => (isExcluded(record) ? [] : id))
  }

  values(): Kept[] {
    return Array.from(this.kept.values(), ({ record }) => record)
  }
}

export type UserRecords = Records<DirectoryUser, User & { UserId: string }>
export type GroupRecords = Records<DirectoryGroup, Group & { GroupId: string }>

/**
 * What is used of a user; photos, addresses, telephones and birthdates are let go at once. Every record has all members,
 * be they undefined (a null of AWS is one too): objects of one shape, of which 100,000 cost little.
 */
export function keepUser(user: User & { UserId: string }): Required<DirectoryUser> {
  const { Name, Emails, ExternalIds } = user
  const enterprise: unknown = (user.Extensions as Record<string, unknown> | undefined)?.[
    'aws:identitystore:enterprise'
  ]
  return {
    UserId: user.UserId,
    UserName: user.UserName ?? undefined,
    DisplayName: user.DisplayName ?? undefined,
    NickName: user.NickName ?? undefined,
    Name: Name && {
      Formatted: Name.Formatted ?? undefined,
      GivenName: Name.GivenName ?? undefined,
      FamilyName: Name.FamilyName ?? undefined,
    },
    Emails: Emails?.map(({ Value, Primary }) => ({
      Value: Value ?? undefined,
      Primary: Primary ?? undefined,
    })),
    UserStatus: user.UserStatus ?? undefined,
    UserType: user.UserType ?? undefined,
    Title: user.Title ?? undefined,
    ProfileUrl: user.ProfileUrl ?? undefined,
    PreferredLanguage: user.PreferredLanguage ?? undefined,
    Locale: user.Locale ?? undefined,
    Timezone: user.Timezone ?? undefined,
    ExternalIds: ExternalIds?.map(({ Issuer, Id }) => ({ Issuer: Issuer ?? undefined, Id: Id ?? undefined })),
    Enterprise: isObject(enterprise) ? enterprise : undefined,
  }
}

export function keepGroup(group: Group & { GroupId: string }): Required<DirectoryGroup> {
  return {
    GroupId: group.GroupId,
    DisplayName: group.DisplayName ?? undefined,
    Description: group.Description ?? undefined,
  }
}
