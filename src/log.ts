/** Where a run tells what it does. Counts and ids only: never a name or an e-mail address. */
export interface Log {
  debug: (message: string) => void
  info: (message: string) => void
  /** Shown as an annotation by GitHub; a handful a run at most. */
  warning: (message: string) => void
}
