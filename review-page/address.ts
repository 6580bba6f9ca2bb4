export const VIEWS = ['overview', 'people', 'access', 'groups', 'accounts', 'sets', 'matrix'] as const
export type View = (typeof VIEWS)[number]

/** What of the page a link names: `#access?account=111122223333&level=administrator`. */
export interface Address {
  view: View
  /** Names and values as they stand in the link. */
  parameters: URLSearchParams
}

export const FILTERS = ['q', 'account', 'set', 'level', 'group', 'through', 'status'] as const
export type FilterName = (typeof FILTERS)[number]

export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2)
  const view = VIEWS.find((one) => one === path) ?? 'overview'
  return { view, parameters: new URLSearchParams(query) }
}

/** A link with these parameters; empty ones are left out. */
export function link(view: View, parameters: Record<string, string | undefined> = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== '') query.set(name, value)
  return `#${view}${query.size === 0 ? '' : `?${query.toString()}`}`
}

/** The same place with some parameters changed; undefined removes one. */
export function changed(
  { view, parameters }: Address,
  changes: Record<string, string | undefined>,
  to: View = view,
): string {
  return link(to, { ...Object.fromEntries(parameters), ...changes })
}
